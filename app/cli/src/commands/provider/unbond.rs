//! `assay provider unbond` and `cancel-unbond`.

use super::{
    find,
    unbonding::{fetch_tickets, TicketReport},
};
use crate::{
    amount::{Amount, MintInfo, TokenAmount, U64String},
    CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    instruction::staking::{begin_unbond, cancel_unbond},
    pda::staking,
    Signer as _,
};
use assay_shared::math::mul_div_ceil;
use assay_staking::state::{Delegation, Ticket};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Only stake that is not collateral can unbond. `assay provider show` lists the tickets.

Example:
  assay --keypair owner.json provider unbond 1000"
)]
pub struct UnbondArgs {
    /// ASSAY to unbond. After a slash the amount may be a few base units more, because shares are whole numbers.
    amount: Amount,
}

#[derive(Debug, clap::Args)]
pub struct CancelArgs {
    /// Number of the ticket. Default: the only one.
    #[arg(long, value_name = "N")]
    ticket: Option<u64>,
}

pub fn begin(args: &UnbondArgs, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let free = provider.unallocated();
    if free < amount {
        let (free, amount) = (assay.amount(free), assay.amount(amount));
        return Err(CliError::insufficient(format!(
            "{owner} has {free} of stake that is not collateral but this needs {amount}; see `assay provider collateral remove`"
        )));
    }
    let client = &session.client;
    let delegation_address = staking::delegation(&staking::provider(&owner), &owner);
    let delegation: Delegation = client.fetch(&delegation_address)?;
    let pool = provider.active();
    let shares = mul_div_ceil(amount, pool.shares, pool.tokens).unwrap_or(u64::MAX);
    let shares = shares.min(delegation.live_shares(provider.generation.get()));
    let nonce = fetch_tickets(session, &owner, &provider)?
        .last()
        .map_or(0, |last| last.ticket.0.saturating_add(1));
    let rent = client.minimum_balance(account_size::<Ticket>())?;
    let signature = session.send(&[begin_unbond(owner, nonce, shares)], &[&wallet], rent)?;
    let report = || -> Result<Report> {
        let ticket: Ticket = client.fetch(&staking::ticket(&delegation_address, nonce))?;
        Report::new(&TicketReport::of(&find(session, &owner)?, &ticket))
    };
    session.report_or_signature(signature, report())
}

#[derive(Serialize)]
struct CancelUnbondReport {
    ticket: U64String,
    amount: TokenAmount,
}

impl fmt::Display for CancelUnbondReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ticket {}: {} are active stake again",
            self.ticket, self.amount
        )
    }
}

pub fn cancel(args: &CancelArgs, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let tickets = fetch_tickets(session, &owner, &provider)?;
    let chosen =
        match (args.ticket, tickets.as_slice()) {
            (Some(nonce), all) => all.iter().find(|ticket| ticket.ticket == U64String(nonce)),
            (None, [only]) => Some(only),
            (None, []) => None,
            (None, _) => return Err(CliError::usage(
                "there are several tickets; choose one with --ticket, see `assay provider show`",
            )),
        };
    let chosen = chosen
        .ok_or_else(|| CliError::not_found("there is no such ticket; see `assay provider show`"))?;
    if session.client.now()? >= chosen.matures_at {
        return Err(CliError::usage(
            "the ticket has matured; withdraw it with `assay provider withdraw`",
        ));
    }
    session.send(&[cancel_unbond(owner, chosen.ticket.0)], &[&wallet], 0)?;
    Report::new(&CancelUnbondReport {
        ticket: chosen.ticket,
        amount: chosen.amount.clone(),
    })
}
