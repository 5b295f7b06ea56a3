use super::{
    find,
    tickets::{tickets, Unbonding},
};
use crate::{amount::Tokens, time::format_time, token::Token, Failure, Outcome, Result, Session};
use assay_client::{instruction::staking::withdraw_stake, Signer as _};
use serde::Serialize;
use std::fmt;

/// What was paid out.
#[derive(Serialize)]
struct Withdrawn {
    tickets: Vec<Unbonding>,
    amount: Tokens,
}

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} tickets are in the wallet",
            self.amount,
            self.tickets.len()
        )
    }
}

pub fn run(session: &Session) -> Result<Outcome> {
    let assay = Token::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let now = session.client.now()?;
    let all = tickets(session, &owner, &provider)?;
    let (mature, waiting): (Vec<_>, Vec<_>) = all.into_iter().partition(|t| now >= t.matures_at);
    if mature.is_empty() {
        return Err(match waiting.iter().map(|ticket| ticket.matures_at).min() {
            None => Failure::not_found("nothing is unbonding; begin with `assay provider unbond`"),
            Some(at) => Failure::unfinished(format!(
                "nothing has matured yet; the first ticket does at {}",
                format_time(at)
            )),
        });
    }
    let destination = assay.ata(&owner);
    let before = session.client.token_balance(&destination)?;
    for ticket in &mature {
        let pay = [
            assay.create_ata(&owner, &owner),
            withdraw_stake(owner, ticket.ticket.0, destination),
        ];
        let rent = session.ata_rent(&assay, &owner)?;
        session.send(&pay, &[&wallet], rent)?;
    }
    let after = session.afterwards(session.client.token_balance(&destination));
    // A slash may have cut the tickets since they were read, so what really arrived is better than their sum.
    let amount = match after {
        Some(after) => after.saturating_sub(before),
        None => mature
            .iter()
            .map(|ticket| ticket.amount.units)
            .fold(0, u64::saturating_add),
    };
    Outcome::ok(&Withdrawn {
        tickets: mature,
        amount: assay.tokens(amount),
    })
}
