//! Tickets: stake that is unbonding.

use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    output::format_time,
    Result, Session,
};
use assay_client::Address;
use assay_staking::state::{Provider, Ticket};
use serde::Serialize;
use std::{fmt, mem::offset_of};

/// One ticket.
#[derive(Clone, Debug, Serialize)]
pub struct TicketReport {
    pub ticket: U64String,
    pub amount: TokenAmount,
    /// Time from which it can be withdrawn, Unix seconds.
    pub matures_at: i64,
}

impl fmt::Display for TicketReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format_time(self.matures_at);
        write!(
            f,
            "ticket {}: {}, can be withdrawn from {at}",
            self.ticket, self.amount
        )
    }
}

impl TicketReport {
    pub fn of(provider: &Provider, ticket: &Ticket) -> Self {
        let bucket = provider.buckets.get(usize::from(ticket.bucket));
        let value = bucket.and_then(|bucket| bucket.pool().value(ticket.shares.get()));
        Self {
            ticket: U64String(ticket.nonce.get()),
            amount: MintInfo::assay().amount(value.unwrap_or(0)),
            matures_at: ticket.matures_at.get(),
        }
    }
}

/// Returns the tickets of the owner's stake, oldest first.
pub fn fetch_tickets(
    session: &Session,
    owner: &Address,
    provider: &Provider,
) -> Result<Vec<TicketReport>> {
    let owned = offset_of!(Ticket, owner);
    let own = session.client.fetch_all_where(owned, owner.as_ref())?;
    let mut list: Vec<_> = own
        .iter()
        .map(|(_, ticket)| TicketReport::of(provider, ticket))
        .collect();
    list.sort_by_key(|ticket| ticket.ticket);
    Ok(list)
}
