//! Who votes, and what a vote costs.

use super::{ensure, Checked, Facts, Ledger};
use crate::raw::{Program, Record};
use assay_client::Address;

/// Sides of a vote.
mod side {
    pub const YES: u8 = 0;
    pub const SECRET: u8 = 3;
}

/// Returns whether a vote was cast, or cast anew, by a transaction that executed `name`.
fn is_cast(facts: &Facts<'_>, vote: &Address) -> bool {
    let casts = ["governance.cast_vote", "governance.cast_secret_vote"];
    let mut calls = facts.calls.iter();
    calls.any(|call| casts.contains(&call.name) && call.accounts.contains(vote))
}

fn record<'a>(facts: &'a Facts<'_>, address: &Address) -> Result<Record<'a>, String> {
    let record = facts.mirror.record(address);
    record.ok_or_else(|| format!("there is no {address}"))
}

/// A vote is cast while its proposal is open, by the owner of a lock that was locked before the vote opened and does not unlock,
/// with the whole weight of the lock.
pub fn a_vote_is_cast_by_a_lock_that_may(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, _, after) in facts.change.records(Program::Governance, "Vote") {
        let Some(after) = after.filter(|_| is_cast(facts, address)) else {
            continue;
        };
        let lock = record(facts, &after.address("lock"))?;
        let proposal = record(facts, &after.address("proposal"))?;
        let open = proposal.i64("opened_at") != 0 && facts.now < proposal.i64("ends_at");
        let may = lock.i64("unlocks_at") == 0
            && lock.u64("first_opening") <= proposal.u64("opening")
            && facts.signers.contains(&lock.address("owner"));
        ensure(open && may, || format!("{address} must not vote"))?;
        let (own, weight) = (after.u64("weight"), lock.u64("weight"));
        ensure(own == weight && weight > 0, || {
            format!("{address}: {own} of {weight}")
        })?;
    }
    Ok(())
}

/// A yes, cast or revealed, binds its lock until the proposal can no longer be executed; every other vote until nobody can vote any
/// more; a secret one as a yes and for one more voting time.
pub fn a_vote_binds_its_lock(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, _, after) in facts.change.records(Program::Governance, "Vote") {
        let Some(after) = after else { continue };
        if !is_cast(facts, address) && !facts.did("governance.reveal_vote") {
            continue;
        }
        let lock = record(facts, &after.address("lock"))?;
        let proposal = record(facts, &after.address("proposal"))?;
        let side = after.u8("side");
        let expires = proposal.i64("expires_at");
        let (bound, until) = match side {
            side::YES => (lock.i64("bound_until"), expires),
            side::SECRET => {
                let time = proposal.i64("ends_at") - proposal.i64("opened_at");
                let counted = lock.u64("unrevealed") > 0;
                ensure(counted, || format!("{address} is secret and not counted"))?;
                (lock.i64("unrevealed_until"), expires + time)
            }
            _ => (lock.i64("bound_until"), proposal.i64("reveal_ends_at")),
        };
        ensure(bound >= until, || {
            format!("{address} on side {side} binds until {bound}, not {until}")
        })?;
    }
    Ok(())
}

/// A secret vote is revealed once, between the end of the vote and that of its revelation; nothing else moves a vote that was cast.
pub fn a_secret_vote_is_revealed_once_in_its_time(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Governance, "Vote") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        if is_cast(facts, address) || before.raw() == after.raw() {
            continue;
        }
        let proposal = record(facts, &after.address("proposal"))?;
        let time = proposal.i64("ends_at")..proposal.i64("reveal_ends_at");
        let revealed = before.u8("side") == side::SECRET
            && after.u8("side") < side::SECRET
            && after.hash("commitment") == [0; 32];
        ensure(revealed && time.contains(&facts.now), || {
            format!("{address} changed without its owner")
        })?;
    }
    Ok(())
}
