//! Work, epochs and the emission.

use super::{
    books::{kind, phase, state, JobBook},
    ensure,
    seats::first_of,
    Books, Checked, Facts, Ledger,
};
use crate::raw::{Program, Record};
use assay_client::{pda, Address};
use std::collections::BTreeMap;

/// Returns the epoch of a Unix time; `None` before the first.
fn epoch_at(params: &Record<'_>, time: i64) -> Option<u64> {
    let elapsed = u64::try_from(time - params.i64("genesis_time")).ok()?;
    elapsed.checked_div(params.u64("epoch_length"))
}

/// Returns the entries of a worker's ring that stand at the place of their epoch; the others were never used.
fn used<'a>(worker: &Record<'a>) -> Vec<Record<'a>> {
    let ring = worker.items("ring");
    let size = ring.len() as u64;
    let entries = (0..size).zip(ring);
    let used = entries.filter(|(place, entry)| entry.u64("epoch") % size == *place);
    used.map(|(_, entry)| entry).collect()
}

/// Returns the Unix time of the end of an epoch.
fn epoch_end(params: &Record<'_>, epoch: u64) -> i64 {
    let length = params.u64("epoch_length");
    params
        .i64("genesis_time")
        .saturating_add_unsigned(length.saturating_mul(epoch + 1))
}

/// Weight is added for settled accepted seats of final tasks: an even share of the fee's worth, to the epoch of the
/// verdict, unless that is tallied.
pub fn weight_is_counted_once_for_proven_seats(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    let Some(params) = facts.mirror.only(Program::Market, "Params") else {
        return Ok(());
    };
    let mut due: BTreeMap<(Address, u64), u64> = BTreeMap::new();
    for seat in &facts.seats {
        let pays = seat.source <= kind::CHECK + 1 && seat.is_newly_settled();
        if !pays || seat.state() != state::ACCEPTED {
            continue;
        }
        let job: JobBook<'_> = facts.job(&seat.job).ok_or("a seat without a job")?;
        let first = first_of(&job, seat.task).ok_or("a seat without a task")?;
        if first.u8("phase") != phase::FINAL {
            continue;
        }
        let Some(epoch) = epoch_at(&params, job.time(first.u64("until"))) else {
            continue;
        };
        let over = epoch_end(&params, epoch).saturating_add_unsigned(params.u64("tally_window"));
        let worker = seat.after.address("worker");
        if facts.now >= over || ledger.tallies.contains(&(worker, epoch)) {
            continue;
        }
        let share = job
            .header
            .u64("weight")
            .checked_div(first.u64("winners"))
            .unwrap_or(0);
        *due.entry((worker, epoch)).or_default() += share;
    }
    for (address, before, after) in facts.change.records(Program::Market, "Worker") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        for (old, new) in before.items("ring").iter().zip(after.items("ring")) {
            if old.raw() == new.raw() {
                continue;
            }
            let epoch = new.u64("epoch");
            let same = old.u64("epoch") == epoch;
            ensure(same || old.u64("epoch") < epoch, || {
                format!("{address}: an older epoch")
            })?;
            let had = if same { old.u64("weight") } else { 0 };
            let gained = new.u64("weight").checked_sub(had);
            let expected = due.remove(&(*address, epoch)).unwrap_or(0);
            ensure(gained == Some(expected), || {
                format!("{address}: {gained:?} of weight for epoch {epoch} instead of {expected}")
            })?;
            *ledger.weight.entry((*address, epoch)).or_default() += expected;
        }
    }
    // What the ring has no room for any more is lost to its worker, and to nobody else.
    due.retain(|(worker, epoch), share| {
        let ring = facts
            .mirror
            .record(worker)
            .map(|worker| worker.items("ring"));
        let newer = |entry: &Record<'_>| {
            entry.u64("epoch") > *epoch
                && entry.u64("epoch").abs_diff(*epoch) % ring_size(worker, facts) == 0
        };
        *share > 0 && !ring.is_some_and(|ring| ring.iter().any(newer))
    });
    ensure(due.is_empty(), || {
        format!("weight was not counted: {due:?}")
    })
}

fn ring_size(worker: &Address, facts: &Facts<'_>) -> u64 {
    let ring = facts
        .mirror
        .record(worker)
        .map_or(1, |worker| worker.items("ring").len());
    ring.max(1) as u64
}

/// An epoch is tallied once for each worker, in the window after its end, with the weight that the worker has.
pub fn a_tally_keeps_its_window(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "Worker") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        for (old, new) in before.items("ring").iter().zip(after.items("ring")) {
            let epoch = new.u64("epoch");
            if new.u8("tallied") == 0 || old.u8("tallied") == 1 && old.u64("epoch") == epoch {
                continue;
            }
            let end = epoch_end(&params, epoch);
            let over = end.saturating_add_unsigned(params.u64("tally_window"));
            ensure((end..over).contains(&facts.now), || {
                format!("{address}: epoch {epoch} was tallied outside its window")
            })?;
            ensure(ledger.tallies.insert((*address, epoch)), || {
                format!("{address}: epoch {epoch} was tallied twice")
            })?;
            let shard = u64::from(address.as_ref()[0] & 15);
            *ledger.tallied.entry((epoch, shard)).or_default() += new.u64("weight");
        }
    }
    Ok(())
}

/// The sum of an epoch's shard is what its workers tallied, and a worker's ring what it was credited.
pub fn tallied_sums_are_those_of_workers(books: &Books<'_>) -> Checked {
    for (address, work) in books.mirror.records(Program::Market, "EpochWork") {
        let place = (work.u64("epoch"), work.u64("shard"));
        let sum = books.ledger.tallied.get(&place).copied().unwrap_or(0);
        let kept = work.u64("weight");
        ensure(kept == sum, || {
            format!("{address}: {kept} kept, {sum} tallied")
        })?;
    }
    for (address, worker) in &books.workers {
        for entry in used(worker) {
            let place = (*address, entry.u64("epoch"));
            let sum = books.ledger.weight.get(&place).copied().unwrap_or(0);
            let kept = entry.u64("weight");
            ensure(kept == sum, || {
                format!("{address}: {kept} kept, {sum} credited")
            })?;
        }
    }
    Ok(())
}

/// Returns what the epochs before `epochs` emit in all, summed by halving interval.
fn cumulative(emission: &Record<'_>, epochs: u64) -> u128 {
    let interval = u128::from(emission.u64("halving_epochs"));
    let intervals = (0..64u32).map(|k| {
        let begun = u128::from(epochs).saturating_sub(u128::from(k) * interval);
        begun.min(interval) * u128::from(emission.u64("initial_emission") >> k)
    });
    intervals.sum()
}

/// Epochs are taken in order, each once; the emission mints what is due, divides it by the workers' share, and over the
/// weight that was tallied.
pub fn an_emission_follows_the_schedule(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    for (_, before, after) in facts.change.records(Program::Rewards, "Emission") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let (next, minted) = (after.u64("next_epoch"), before.u64("minted"));
        ensure(next >= before.u64("next_epoch"), || {
            "an epoch came back".to_owned()
        })?;
        let gained = after
            .u64("minted")
            .checked_sub(minted)
            .ok_or("tokens were unminted")?;
        if gained == 0 {
            continue;
        }
        let epoch = next.checked_sub(1).ok_or("no epoch was taken")?;
        let left = u128::from(after.u64("cap") - after.u64("genesis_supply") - minted);
        let (before_it, with_it) = (cumulative(&after, epoch), cumulative(&after, next));
        let due = with_it.saturating_sub(u128::from(minted));
        let shards = (0..16).filter_map(|shard| ledger.tallied.get(&(epoch, shard)));
        let fees = shards.map(|weight| u128::from(*weight)).sum::<u128>();
        let covered = fees * u128::from(after.u64("kappa_bps")) / 10_000;
        let most = due.min(left).min(covered).min(2 * (with_it - before_it));
        ensure(u128::from(gained) == most, || {
            format!("{gained} minted of {most}: {due} due, {left} left, fees cover {covered}")
        })?;
        ledger.minted += u128::from(gained);
        ledger.fees += fees;
        ensure(2 * ledger.minted <= ledger.fees, || {
            format!("{} minted for fees of {}", ledger.minted, ledger.fees)
        })?;
    }
    for (address, before, after) in facts.change.records(Program::Rewards, "EpochRewards") {
        let (None, Some(rewards)) = (before, after) else {
            continue;
        };
        let epoch = rewards.u64("epoch");
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        let over = epoch_end(&params, epoch).saturating_add_unsigned(params.u64("tally_window"));
        ensure(facts.now >= over, || {
            format!("{address} came before the end of the tally")
        })?;
        let shards = (0..16).filter_map(|shard| ledger.tallied.get(&(epoch, shard)));
        let weight: u64 = shards.sum();
        ensure(rewards.u64("total_weight") == weight && weight > 0, || {
            format!(
                "{address}: a weight of {} instead of {weight}",
                rewards.u64("total_weight")
            )
        })?;
        let emission = facts.change.records(Program::Rewards, "Emission").next();
        let (_, Some(old), Some(new)) = emission.ok_or("an epoch without emission")? else {
            return Err("an epoch without emission".to_owned());
        };
        let minted = u128::from(new.u64("minted") - old.u64("minted"));
        let share = |bps: &str| minted * u128::from(new.u64(bps)) / 10_000;
        let (workers, stakers) = (share("workers_bps"), share("stakers_bps"));
        let found = ["amount", "stakers"].map(|field| u128::from(rewards.u64(field)));
        ensure(found == [workers + stakers, stakers], || {
            format!("{address}: {found:?} of {minted} for workers and stakers, and for stakers")
        })?;
        let treasury = facts.change.gain(&pda::rewards::treasury());
        let rest = minted - workers - stakers;
        ensure(u128::try_from(treasury) == Ok(rest), || {
            format!("{treasury} of {minted} for the treasury")
        })?;
    }
    Ok(())
}

/// The supply of the reward token is genesis plus what was minted minus what was burned, and below the cap.
pub fn supply_stays_below_the_cap(books: &Books<'_>) -> Checked {
    let Some(emission) = books.mirror.only(Program::Rewards, "Emission") else {
        return Ok(());
    };
    let supply = books
        .mirror
        .supply(&emission.address("mint"))
        .ok_or("no mint")?;
    let made = u128::from(emission.u64("genesis_supply")) + u128::from(emission.u64("minted"));
    ensure(
        u128::from(supply.amount) + books.ledger.burned == made,
        || {
            format!(
                "a supply of {}, {made} made, {} burned",
                supply.amount, books.ledger.burned
            )
        },
    )?;
    ensure(made <= u128::from(emission.u64("cap")), || {
        format!("{made} made, above the cap")
    })?;
    let authority = pda_authority();
    ensure(supply.authority == Some(authority), || {
        "another mint authority".to_owned()
    })
}

fn pda_authority() -> Address {
    Address::find_program_address(&[b"authority"], &assay_rewards::ID).0
}

/// The pot holds what is not claimed of all open epochs; all claimed weight takes all of its epoch.
pub fn a_pot_holds_what_is_not_claimed(books: &Books<'_>) -> Checked {
    let mut owed = 0u128;
    for (address, rewards) in books.mirror.records(Program::Rewards, "EpochRewards") {
        let (amount, claimed) = (rewards.u64("amount"), rewards.u64("claimed"));
        ensure(
            claimed <= amount && rewards.u64("stakers") <= amount,
            || format!("{address}: {claimed} of {amount} claimed"),
        )?;
        owed += u128::from(amount - claimed);
        let (weight, total) = (rewards.u64("claimed_weight"), rewards.u64("total_weight"));
        ensure(
            weight <= total && (weight < total || claimed == amount),
            || format!("{address}: {claimed} of {amount} for {weight} of {total}"),
        )?;
    }
    let pot = pda::rewards::pot();
    let held = books.mirror.holding(&pot).map_or(0, |pot| pot.amount);
    let given = books.ledger.donated.get(&pot).copied().unwrap_or(0);
    ensure(u128::from(held) == owed + u128::from(given), || {
        format!("{held} in the pot, {owed} owed and {given} given")
    })
}

/// A provider is paid once for an epoch, its share by weight, into its reward vault.
pub fn a_share_is_claimed_once_and_by_its_owner(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    let mut paid: BTreeMap<Address, u128> = BTreeMap::new();
    for (address, before, after) in facts.change.records(Program::Rewards, "EpochRewards") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        // Anyone may send lamports there.
        if before.raw() == after.raw() {
            continue;
        }
        let weight = after.u64("claimed_weight") - before.u64("claimed_weight");
        let claimed = after.u64("claimed") - before.u64("claimed");
        let call = facts
            .calls
            .iter()
            .find(|call| call.name == "rewards.claim_epochs" && call.accounts.contains(address));
        let call = call.ok_or_else(|| format!("{address} was claimed from by nobody"))?;
        let worker = call.accounts.iter().find_map(|account| {
            facts
                .mirror
                .record(account)
                .filter(|record| record.is("Worker"))
                .map(|r| (*account, r))
        });
        let (at, worker) = worker.ok_or("a claim without a worker")?;
        let epoch = after.u64("epoch");
        let own = ledger.weight.get(&(at, epoch)).copied().unwrap_or(0);
        ensure(
            weight == own && ledger.tallies.contains(&(at, epoch)),
            || format!("{at} claimed a weight of {weight} and has {own}"),
        )?;
        let provider = worker.address("provider");
        ensure(ledger.claimed.insert((provider, epoch)), || {
            format!("{at} claimed epoch {epoch} twice")
        })?;
        *paid.entry(provider).or_default() += u128::from(claimed);
    }
    for (provider, claimed) in paid {
        let gain = facts.change.gain(&pda::staking::reward_vault(&provider));
        ensure(u128::try_from(gain) == Ok(claimed), || {
            format!("the vault of {provider} got {gain} of {claimed}")
        })?;
    }
    Ok(())
}
