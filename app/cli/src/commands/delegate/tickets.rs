//! Tickets: delegated stake that is unbonding.

use crate::{
    amount::{MintInfo, TokenAmount},
    output::format_time,
    Result, Session,
};
use assay_client::{
    cranks::TxPlan,
    instruction::staking::{withdraw_ticket, MaturedRecord, TicketAccounts},
    pda::staking,
    Address,
};
use assay_staking::state::{Bucket, Matured, Pool, Provider, Ticket};
use serde::Serialize;
use std::{collections::HashMap, fmt, mem::offset_of};

/// One ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketReport {
    pub provider: String,
    pub provider_owner: String,
    pub amount: TokenAmount,
    /// Time from which it can be withdrawn, Unix seconds.
    pub matures_at: i64,
}

impl fmt::Display for TicketReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format_time(self.matures_at);
        let (amount, owner) = (&self.amount, &self.provider_owner);
        write!(
            f,
            "{amount} from the provider of {owner}, can be withdrawn from {at}"
        )
    }
}

/// A ticket with what its value follows from.
pub struct TicketView {
    pub ticket: Ticket,
    pub report: TicketReport,
    /// The record of its bucket, if the bucket has left the provider.
    record: Option<MaturedRecord>,
}

/// Tickets, those first that mature first.
pub struct Tickets(pub Vec<TicketView>);

impl Tickets {
    /// Returns the tickets of a delegator.
    pub fn of_owner(session: &Session, owner: &Address) -> Result<Self> {
        Self::fetch(session, offset_of!(Ticket, owner), owner)
    }

    /// Returns the tickets of all delegators of a provider.
    pub fn of_provider(session: &Session, provider: &Address) -> Result<Self> {
        Self::fetch(session, offset_of!(Ticket, provider), provider)
    }

    fn fetch(session: &Session, offset: usize, address: &Address) -> Result<Self> {
        let client = &session.client;
        let tickets = client.fetch_all_where::<Ticket>(offset, address.as_ref())?;
        let mut providers = HashMap::<Address, Provider>::new();
        let mut views = Vec::new();
        for (_, ticket) in tickets {
            let provider = match providers.get(&ticket.provider) {
                Some(provider) => *provider,
                None => client.fetch(&ticket.provider)?,
            };
            providers.insert(ticket.provider, provider);
            views.push(TicketView::fetch(session, &provider, ticket)?);
        }
        views.sort_by_key(|view| view.report.matures_at);
        Ok(Self(views))
    }

    pub fn reports(&self) -> Vec<TicketReport> {
        self.0.iter().map(|view| view.report.clone()).collect()
    }
}

impl TicketView {
    fn fetch(session: &Session, provider: &Provider, ticket: Ticket) -> Result<Self> {
        let matures_at = ticket.matures_at.get();
        let (pool, record) = match bucket(provider, matures_at) {
            Some(bucket) => (Some(bucket.pool()), None),
            None => {
                let address = staking::matured(&ticket.provider, matures_at);
                let found: Option<Matured> = session.client.try_fetch(&address)?;
                let pool = found.as_ref().map(|found| Pool {
                    tokens: found.tokens.get(),
                    shares: found.shares.get(),
                });
                let record = found.map(|found| MaturedRecord {
                    address,
                    payer: found.payer,
                });
                (pool, record)
            }
        };
        let value = pool.and_then(|pool| pool.value(ticket.shares.get()));
        Ok(Self {
            ticket,
            report: TicketReport {
                provider: ticket.provider.to_string(),
                provider_owner: provider.owner.to_string(),
                amount: MintInfo::assay().amount(value.unwrap_or(0)),
                matures_at,
            },
            record,
        })
    }

    /// Returns whether the ticket can be withdrawn at the Unix time `now`.
    pub fn is_mature(&self, now: i64) -> bool {
        now >= self.report.matures_at
    }

    /// Plans to pay the ticket to its owner.
    pub fn plan(&self, session: &Session, payer: &Address) -> Result<TxPlan> {
        let (assay, ticket) = (MintInfo::assay(), &self.ticket);
        let accounts = TicketAccounts {
            owner: ticket.owner,
            provider: ticket.provider,
            matures_at: ticket.matures_at.get(),
            payer: ticket.payer,
            record: self.record,
        };
        Ok(TxPlan {
            instructions: vec![
                assay.create_ata(payer, &ticket.owner),
                withdraw_ticket(accounts, &assay.mint),
            ],
            rent: session.ata_rent(&assay, &ticket.owner)?,
        })
    }
}

/// Returns the bucket of a provider that matures at this Unix time.
fn bucket(provider: &Provider, matures_at: i64) -> Option<&Bucket> {
    let mut buckets = provider.buckets.iter();
    buckets.find(|bucket| !bucket.is_free() && bucket.matures_at.get() == matures_at)
}

/// Returns when the bucket matured that has waited longest to leave its place in the provider.
pub fn oldest_mature(provider: &Provider, now: i64) -> Option<i64> {
    let buckets = provider.buckets.iter();
    buckets
        .filter(|bucket| !bucket.is_free() && bucket.is_mature(now))
        .map(|bucket| bucket.matures_at.get())
        .min()
}
