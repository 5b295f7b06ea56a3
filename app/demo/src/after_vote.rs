//! After the vote: a batch under the new fee whose module has an author, an attested job, and an insured run. All of them are
//! closed while the fee vault is frozen or soon after.

use crate::{
    attested::Attested,
    audit::{audit, ExpectedCounts},
    balances::Balances,
    batch,
    books::Books,
    close::check_close,
    dues::Dues,
    environment::Environment,
    frozen::close_while_frozen,
    insured::{Insured, Settled},
    order::{Order, Plan},
    payouts::Payouts,
    royalty,
    vote::NEW_FEE_BPS,
    waiting::{until_all_stand, until_settled},
};
use anyhow::{Context, Result};

/// What the jobs after the vote led to.
pub struct AfterVote {
    /// Protocol fee of one task of the batch, base units of tUSD.
    pub fee: u64,
    /// Tasks whose result attesters signed, as the chain counts them.
    pub attested: u32,
    pub settled: Settled,
    /// Base units of tUSD.
    pub royalty_paid: u64,
}

impl AfterVote {
    /// Posts the jobs, waits for their ends and closes them.
    pub fn run(env: &mut Environment, books: &mut Books, inputs: &[Vec<u8>]) -> Result<Self> {
        let Books {
            participants,
            expected,
            audits,
        } = books;
        let participants = &*participants;
        let before = Balances::of(env, participants)?;
        let module = batch::module(env);
        royalty::register(env, &module)?;
        let few = inputs.get(..2).context("fewer than two tasks")?;
        let cheaper = Plan {
            royalty_bps: royalty::ROYALTY_BPS,
            ..Plan::checked("cheaper batch", (&module, few), NEW_FEE_BPS)
        };
        let cheaper = Order::post(env, participants, &cheaper)?;
        let insured = Insured::post(env, participants, NEW_FEE_BPS)?;
        let attested = Attested::run(env, participants, NEW_FEE_BPS)?;
        let env = &*env;
        let checked = [&cheaper, &insured.checked, &insured.unchecked];
        let seats = until_all_stand(env, &checked)?;
        let mut all: Vec<_> = checked.into_iter().zip(&seats).collect();
        all.push((&attested.order, &attested.seats));
        let orders: Vec<_> = all.iter().map(|(order, _)| *order).collect();
        let dues = Dues::of(&all)?;
        until_settled(env, &orders)?;
        Payouts::check(env, participants, &dues, &before, expected)?;
        let mut counts = ExpectedCounts {
            jobs: orders.len(),
            disputes: 0,
            pots: 1,
            locks: 1,
            proposals: 3,
            grants: 0,
        };
        audit(env, participants, expected, &counts, audits)?;
        let settled = insured.settle(env, participants)?;
        let (first, others) = all.split_first().context("no job")?;
        let royalty_paid = close_while_frozen(env, participants, *first, expected)?;
        for job in others {
            check_close(env, participants, *job, expected)?;
        }
        counts.jobs = 0;
        audit(env, participants, expected, &counts, audits)?;
        Ok(Self {
            fee: cheaper.task.fee,
            attested: attested.accepted(),
            settled,
            royalty_paid,
        })
    }
}
