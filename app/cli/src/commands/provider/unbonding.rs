//! Stake that is unbonding, by ticket.

use crate::{
    amount::{Exact, Tokens},
    time::format_time,
    token::Token,
    Result, Session,
};
use assay_client::Address;
use assay_staking::state::{Provider, Ticket};
use serde::Serialize;
use std::{fmt, mem::offset_of};

/// Stake on its way out.
#[derive(Clone, Debug, Serialize)]
pub struct Unbonding {
    pub ticket: Exact,
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
    pub fn of(provider: &Provider, ticket: &Ticket) -> Self {
        let bucket = provider.buckets.get(usize::from(ticket.bucket));
        let value = bucket.and_then(|bucket| bucket.pool().value(ticket.shares.get()));
        Self {
            ticket: Exact(ticket.nonce.get()),
            amount: Token::assay().tokens(value.unwrap_or(0)),
            matures_at: ticket.matures_at.get(),
        }
    }
}

/// The tickets of an owner's own stake, oldest first.
pub fn tickets(session: &Session, owner: &Address, provider: &Provider) -> Result<Vec<Unbonding>> {
    let owned = offset_of!(Ticket, owner);
    let own = session.client.fetch_all_where(owned, owner.as_ref())?;
    let mut list: Vec<_> = own
        .iter()
        .map(|(_, ticket)| Unbonding::of(provider, ticket))
        .collect();
    list.sort_by_key(|unbonding| unbonding.ticket);
    Ok(list)
}
