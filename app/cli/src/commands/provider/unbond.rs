use super::{
    find,
    tickets::{tickets, Unbonding},
};
use crate::{
    amount::{Amount, Exact, Tokens},
    token::Token,
    Exit, Failure, Outcome, Result, Session,
};
use assay_client::{
    account_size,
    instruction::staking::{begin_unbond, cancel_unbond},
    pda::staking as at,
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
    /// ASSAY to take out; a few base units more may go when slashing has made shares uneven.
    amount: Amount,
}

#[derive(Debug, clap::Args)]
pub struct CancelArgs {
    /// Number of the ticket; may be left out when there is only one.
    #[arg(long, value_name = "N")]
    ticket: Option<u64>,
}

pub fn begin(args: &UnbondArgs, session: &Session) -> Result<Outcome> {
    let assay = Token::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let free = provider.unallocated();
    if free < amount {
        let (free, amount) = (assay.tokens(free), assay.tokens(amount));
        return Err(Failure::new(
            Exit::Insufficient,
            format!("{owner} has {free} of stake that is not collateral but this needs {amount}; see `assay provider collateral remove`"),
        ));
    }
    let client = &session.client;
    let at_stake = at::delegation(&at::provider(&owner), &owner);
    let delegation: Delegation = client.fetch(&at_stake)?;
    let pool = provider.active();
    let shares = mul_div_ceil(amount, pool.shares, pool.tokens).unwrap_or(u64::MAX);
    let shares = shares.min(delegation.live_shares(provider.generation.get()));
    let used = tickets(session, &owner, &provider)?;
    let nonce = used
        .last()
        .map_or(0, |last| last.ticket.0.saturating_add(1));
    let rent = client.minimum_balance(account_size::<Ticket>())?;
    let signature = session.send(&[begin_unbond(owner, nonce, shares)], &[&wallet], rent)?;
    let issued = || -> Result<Outcome> {
        let ticket: Ticket = client.fetch(&at::ticket(&at_stake, nonce))?;
        Outcome::ok(&Unbonding::of(&find(session, &owner)?, &ticket))
    };
    session.report(signature, issued())
}

/// Stake that is active again.
#[derive(Serialize)]
struct Cancelled {
    ticket: Exact,
    amount: Tokens,
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ticket {}: {} are active stake again",
            self.ticket, self.amount
        )
    }
}

pub fn cancel(args: &CancelArgs, session: &Session) -> Result<Outcome> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let tickets = tickets(session, &owner, &provider)?;
    let chosen =
        match (args.ticket, tickets.as_slice()) {
            (Some(nonce), all) => all.iter().find(|ticket| ticket.ticket == Exact(nonce)),
            (None, [only]) => Some(only),
            (None, []) => None,
            (None, _) => return Err(Failure::usage(
                "there are several tickets; choose one with --ticket, see `assay provider show`",
            )),
        };
    let chosen = chosen
        .ok_or_else(|| Failure::not_found("there is no such ticket; see `assay provider show`"))?;
    if session.client.now()? >= chosen.matures_at {
        return Err(Failure::usage(
            "the ticket has matured; withdraw it with `assay provider withdraw`",
        ));
    }
    session.send(&[cancel_unbond(owner, chosen.ticket.0)], &[&wallet], 0)?;
    Outcome::ok(&Cancelled {
        ticket: chosen.ticket,
        amount: chosen.amount.clone(),
    })
}
