use super::find;
use crate::{
    amount::{Amount, Tokens},
    time::format_time,
    token::Token,
    Exit, Failure, Outcome, Result, Session,
};
use assay_client::{
    address::staking as at,
    instruction::staking::{begin_unbond, cancel_unbond, withdraw as pay_out},
    Address, Signer as _,
};
use assay_ledger::maths::mul_div_ceil;
use assay_staking::state::{Delegation, Provider, Ticket};
use serde::Serialize;
use std::{fmt, mem::size_of};

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

/// Stake on its way out.
#[derive(Clone, Debug, Serialize)]
pub struct Unbonding {
    pub ticket: u64,
    pub amount: Tokens,
    pub matures_at: i64,
}

impl fmt::Display for Unbonding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format_time(self.matures_at);
        write!(
            f,
            "ticket {}: {}, can be withdrawn from {at}",
            self.ticket, self.amount
        )
    }
}

impl Unbonding {
    fn of(provider: &Provider, ticket: &Ticket) -> Self {
        let bucket = provider.buckets.get(usize::from(ticket.bucket));
        let value = bucket.and_then(|bucket| bucket.pool().value(ticket.shares.get()));
        Self {
            ticket: ticket.nonce.get(),
            amount: Token::assay().tokens(value.unwrap_or(0)),
            matures_at: ticket.matures_at.get(),
        }
    }
}

/// The tickets of an owner's own stake, oldest first.
pub fn tickets(session: &Session, owner: &Address, provider: &Provider) -> Result<Vec<Unbonding>> {
    let all = session.client.list::<Ticket>(&assay_staking::ID)?;
    let own = all.iter().filter(|(_, ticket)| ticket.owner == *owner);
    let mut list: Vec<_> = own
        .map(|(_, ticket)| Unbonding::of(provider, ticket))
        .collect();
    list.sort_by_key(|unbonding| unbonding.ticket);
    Ok(list)
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
    let address = at::provider(&owner);
    let delegation: Delegation = session
        .client
        .get("stake", &at::delegation(&address, &owner))?;
    let pool = provider.active();
    let shares = mul_div_ceil(amount, pool.shares, pool.tokens).unwrap_or(u64::MAX);
    let shares = shares.min(delegation.live_shares(provider.generation.get()));
    let used = tickets(session, &owner, &provider)?;
    let nonce = used.last().map_or(0, |last| last.ticket.saturating_add(1));
    let rent = session.client.rent(8 + size_of::<Ticket>())?;
    session.send(&[begin_unbond(owner, nonce, shares)], &[&wallet], rent)?;
    let after = find(session, &owner)?;
    let begun = tickets(session, &owner, &after)?;
    match begun.iter().find(|unbonding| unbonding.ticket == nonce) {
        Some(unbonding) => Outcome::ok(unbonding),
        None => Err(Failure::new(
            Exit::Failed,
            "the ticket was issued but cannot be found",
        )),
    }
}

/// Stake that is active again.
#[derive(Serialize)]
struct Cancelled {
    ticket: u64,
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
            (Some(nonce), all) => all.iter().find(|ticket| ticket.ticket == nonce),
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
    session.send(&[cancel_unbond(owner, chosen.ticket)], &[&wallet], 0)?;
    Outcome::ok(&Cancelled {
        ticket: chosen.ticket,
        amount: chosen.amount.clone(),
    })
}

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

pub fn withdraw(session: &Session) -> Result<Outcome> {
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
    let destination = assay.wallet(&owner);
    let before = session.client.token_balance(&destination)?;
    for ticket in &mature {
        let pay = [
            assay.create_wallet(&owner, &owner),
            pay_out(owner, ticket.ticket, destination),
        ];
        session.send(&pay, &[&wallet], 0)?;
    }
    let after = session.client.token_balance(&destination)?;
    Outcome::ok(&Withdrawn {
        tickets: mature,
        amount: assay.tokens(after.saturating_sub(before)),
    })
}
