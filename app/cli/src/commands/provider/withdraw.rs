//! `assay provider withdraw`: withdraws unbonding stake that has matured.

use super::{
    find,
    unbonding::{fetch_tickets, TicketReport},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{instruction::staking::withdraw_stake, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct WithdrawReport {
    tickets: Vec<TicketReport>,
    amount: TokenAmount,
}

impl fmt::Display for WithdrawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} tickets are in the wallet",
            self.amount,
            self.tickets.len()
        )
    }
}

pub fn run(session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let now = session.client.now()?;
    let all = fetch_tickets(session, &owner, &provider)?;
    let (mature, waiting): (Vec<_>, Vec<_>) = all.into_iter().partition(|t| now >= t.matures_at);
    if mature.is_empty() {
        return Err(match waiting.iter().map(|ticket| ticket.matures_at).min() {
            None => {
                CliError::not_found("no stake is unbonding; start with `assay provider unbond`")
            }
            Some(at) => CliError::unfinished(format!(
                "nothing has matured yet; the first ticket does at {}",
                format_time(at)
            )),
        });
    }
    let destination = assay.ata(&owner);
    let before = session.client.token_balance(&destination)?;
    for ticket in &mature {
        let instructions = [
            assay.create_ata(&owner, &owner),
            withdraw_stake(owner, ticket.ticket.0, &assay.mint),
        ];
        let rent = session.ata_rent(&assay, &owner)?;
        session.send(&instructions, &[&wallet], rent)?;
    }
    let after = session.best_effort(session.client.token_balance(&destination));
    // A slash may have cut the tickets since they were read, so the balance decides, not the sum of the tickets.
    let amount = match after {
        Some(after) => after.saturating_sub(before),
        None => mature
            .iter()
            .map(|ticket| ticket.amount.units)
            .fold(0, u64::saturating_add),
    };
    Report::new(&WithdrawReport {
        tickets: mature,
        amount: assay.amount(amount),
    })
}
