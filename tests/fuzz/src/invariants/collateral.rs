//! The collateral of workers.

use super::{
    books::{is_bound, kind, CHALLENGER},
    ensure, Books, Checked, Facts, Ledger,
};
use crate::raw::{Program, Record};
use assay_client::Address;
use std::collections::BTreeMap;

/// What is bound of a worker's collateral is the sum of the bonds of its seats that are not settled.
pub fn bound_collateral_is_the_sum_of_bonds(books: &Books<'_>) -> Checked {
    let mut bonds: BTreeMap<Address, u128> = BTreeMap::new();
    let mut add =
        |worker: Address, bond: u64| *bonds.entry(worker).or_default() += u128::from(bond);
    for job in books.jobs.values() {
        for seat in job.seats.iter().filter(|seat| is_bound(seat)) {
            add(seat.address("worker"), job.header.u64("bond"));
        }
    }
    for round in &books.rounds {
        let job = books.jobs.get(&round.task().0);
        let job = job.ok_or_else(|| format!("{} has no job", round.address))?;
        for seat in round.seats.iter().filter(|seat| is_bound(seat)) {
            add(seat.address("worker"), job.header.u64("bond"));
        }
        if let Some(seat) = round.challenger().filter(is_bound) {
            let members = round.seats.len() as u64;
            add(seat.address("worker"), job.challenge_bond(members));
        }
    }
    for (address, worker) in &books.workers {
        let bound = bonds.remove(address).unwrap_or(0);
        let locked = u128::from(worker.u64("locked"));
        ensure(bound == locked, || {
            format!("{address}: {locked} locked, bonds of {bound}")
        })?;
    }
    ensure(bonds.is_empty(), || "a seat is held by nobody".to_owned())
}

/// All collateral of a worker is stake that its provider has allocated.
pub fn collateral_is_allocated_stake(books: &Books<'_>) -> Checked {
    for (address, worker) in &books.workers {
        let provider = books.providers.get(&worker.address("provider"));
        let allocated = provider.map_or(0, |provider| provider.u64("allocated"));
        let whole = u128::from(worker.u64("free")) + u128::from(worker.u64("locked"));
        ensure(whole == u128::from(allocated), || {
            format!("{address}: {whole} of collateral, {allocated} allocated")
        })?;
    }
    Ok(())
}

/// The market's sum of collateral is that of its workers.
pub fn totals_are_the_sum_of_workers(books: &Books<'_>) -> Checked {
    let Some(totals) = books.mirror.only(Program::Market, "Totals") else {
        return Ok(());
    };
    let of = |name| {
        books
            .workers
            .values()
            .map(|w| u128::from(w.u64(name)))
            .sum::<u128>()
    };
    let (sum, kept) = (of("free") + of("locked"), totals.u64("collateral"));
    ensure(sum == u128::from(kept), || {
        format!("{kept} kept, {sum} there")
    })
}

/// What counts against a worker for rounds about its first seats is the sum over those that are not settled.
pub fn accusations_are_the_sum_of_open_rounds(books: &Books<'_>) -> Checked {
    let mut lies: BTreeMap<Address, u128> = BTreeMap::new();
    for job in books.jobs.values() {
        for (_, seats) in job.tasks() {
            let first = &seats[0];
            if first.u8("rounds") > 0 && is_bound(first) {
                let lie = u128::from(job.header.u64("lie"));
                *lies.entry(first.address("worker")).or_default() += lie;
            }
        }
    }
    for (address, worker) in &books.workers {
        let (sum, kept) = (lies.remove(address).unwrap_or(0), worker.u64("accused"));
        ensure(sum == u128::from(kept), || {
            format!("{address}: {kept} kept, {sum} there")
        })?;
    }
    Ok(())
}

/// Returns what a penalty takes from the owner and from delegators, base units: the owner's unbonding stake, the owner's active
/// stake, and, if the claim is fresh, what delegators have active or unbonded after it. `gone` is freed of the collateral; the rest
/// of it backs other work.
fn cuts(
    stake: &Record<'_>,
    penalty: u64,
    gone: u64,
    (claimed, now): (i64, i64),
    exposure: u64,
) -> (u128, u128) {
    let number = |field| u128::from(stake.u64(field));
    let mut left = u128::from(penalty);
    let own = stake.items("own.buckets").into_iter();
    let unbonding: u128 = own
        .filter(|bucket| bucket.i64("matures_at") > now)
        .map(|bucket| u128::from(bucket.u64("tokens")))
        .sum();
    let first = left.min(unbonding);
    left -= first;
    let whole = number("own.active") + number("active_tokens");
    let free = whole + u128::from(gone) - number("allocated");
    let second = left.min(number("own.active")).min(free);
    left -= second;
    let mut liable = 0;
    if now < claimed.saturating_add_unsigned(exposure + 86_400) {
        liable += number("active_tokens").min(free - second);
        for bucket in stake.items("buckets") {
            if bucket.i64("matures_at") > now && bucket.i64("closes_at") > claimed {
                liable += u128::from(bucket.u64("tokens"));
            }
        }
    }
    (first + second, left.min(liable))
}

/// A penalty takes bond and fixed part for a lie, and its price for a missed deadline, or all that is liable: of the owner first.
/// What it takes of the owner is burned, or collected for the dispute; what it takes of delegators is burned.
pub fn a_penalty_takes_what_it_costs(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    use super::books::state::{CLAIMED, FREE, MISSED, REJECTED};
    if !facts.did("market.penalize_worker") {
        let slashed = facts.did("staking.slash_stake");
        return ensure(!slashed, || {
            "stake was slashed without a penalty".to_owned()
        });
    }
    let mut penalties = Vec::new();
    for seat in &facts.seats {
        let missed = seat.state_before() == CLAIMED && seat.state() == FREE;
        let settled = seat.is_newly_settled();
        if missed || settled && matches!(seat.state(), MISSED | REJECTED) {
            penalties.push((seat, missed || seat.state() == MISSED));
        }
    }
    let [(seat, is_miss)] = penalties.as_slice() else {
        return ensure(facts.calls.len() > 3, || {
            format!("{} seats were penalized at once", penalties.len())
        });
    };
    let job = facts.job(&seat.job).ok_or("a seat without a job")?;
    let (bond, lie) = (job.header.u64("bond"), job.header.u64("lie"));
    let bound = match (seat.source, seat.index) {
        (source, CHALLENGER) if source == kind::DISPUTE + 1 => job.challenge_bond(5),
        (_, CHALLENGER) => job.challenge_bond(45),
        _ => bond,
    };
    let whole = bound.max(bond + lie);
    let penalty = if *is_miss {
        job.header.u64("missed")
    } else {
        whole
    };
    let worker = seat.before.unwrap_or(seat.after).address("worker");
    let old = facts.change.record_before(&worker).ok_or("no worker")?;
    let gone = penalty.min(old.u64("free") + bound);
    let provider = old.address("provider");
    let stake = facts.change.record_before(&provider).ok_or("no provider")?;
    let claimed = job.time(seat.before.unwrap_or(seat.after).u64("claimed_at"));
    let params = facts.mirror.only(Program::Staking, "Params");
    let exposure = params.ok_or("no parameters")?.u64("exposure");
    let (from_own, from_delegated) = cuts(&stake, penalty, gone, (claimed, facts.now), exposure);
    let expected = from_own + from_delegated;
    let vault = assay_client::pda::staking::stake_vault(&provider);
    let lost = u128::try_from(-facts.change.gain(&vault)).unwrap_or(0);
    ensure(lost == expected, || {
        format!("{worker}: a penalty of {penalty} took {lost} of {expected}")
    })?;
    let first = job
        .tasks()
        .nth(usize::try_from(seat.task).unwrap_or(usize::MAX));
    let disputed = first.is_some_and(|(_, seats)| seats[0].u8("rounds") > 0);
    let dispute = assay_client::pda::market::round(
        &seat.job,
        u32::try_from(seat.task).unwrap_or(0),
        assay_market::state::Source::Dispute,
    );
    let pot = assay_client::pda::ata(&dispute, &crate::cast::stake_mint());
    let collected = facts.change.gain(&pot);
    let due = if disputed && !is_miss { from_own } else { 0 };
    ensure(u128::try_from(collected) == Ok(due), || {
        format!("{collected} of {due} were collected")
    })
}

/// Owner and provider of a worker never change; its node key is its provider's.
pub fn a_worker_stays_its_owners(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "Worker") {
        let after = after.ok_or_else(|| format!("{address} is gone"))?;
        let Some(before) = before else { continue };
        for name in ["owner", "provider"] {
            ensure(before.address(name) == after.address(name), || {
                format!("{address}: another {name}")
            })?;
        }
        if before.address("node") != after.address("node") {
            let provider = facts.mirror.record(&after.address("provider"));
            let node = provider.map(|provider| provider.address("node"));
            ensure(node == Some(after.address("node")), || {
                format!("{address}: a foreign key")
            })?;
        }
    }
    Ok(())
}
