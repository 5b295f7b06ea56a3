//! Seats: claimed, delivered, settled.

use super::{
    books::{
        flag, has_contributed, is_end, is_paused, is_settled, kind, phase, state, JobBook,
        RoundBook, SeatChange, CHALLENGER,
    },
    chain, ensure, Books, Checked, Facts, Ledger,
};
use crate::raw::{Item, Program};
use std::collections::BTreeMap;

fn name(seat: &SeatChange<'_>) -> String {
    format!(
        "{} task {} account {} seat {}",
        seat.job, seat.task, seat.source, seat.index
    )
}

/// Returns the first seat of a task.
pub(super) fn first_of<'a>(job: &JobBook<'a>, task: u64) -> Option<Item<'a>> {
    let place = usize::try_from(task).ok()?.checked_mul(job.width())?;
    job.seats.get(place).copied()
}

fn round_of<'a>(facts: &'a Facts<'_>, seat: &SeatChange<'_>) -> Option<RoundBook<'a>> {
    let rounds = facts.mirror.records(Program::Market, "RoundHeader");
    let mut rounds = rounds.map(|(at, header)| RoundBook::new(*at, header));
    rounds.find(|round| {
        round.task() == (seat.job, seat.task) && round.header.u8("kind") + 1 == seat.source
    })
}

/// A seat is settled only once its task has ended, and a hold only ends by time.
pub fn nothing_is_settled_before_the_end(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(|seat| seat.is_newly_settled()) {
        let (now, old) = (facts.job(&seat.job), facts.job_before(&seat.job));
        let (Some(now), Some(old)) = (now, old) else {
            return Err(format!("{} has no job", name(seat)));
        };
        let ended = first_of(&now, seat.task).is_some_and(|first| is_end(first.u8("phase")));
        ensure(ended, || {
            format!("{} was settled in a running task", name(seat))
        })?;
        if let Some(first) = first_of(&old, seat.task) {
            let holds = first.u8("phase") == phase::STANDING;
            ensure(!holds || facts.now >= old.time(first.u64("until")), || {
                format!("{} was settled during the hold", name(seat))
            })?;
        }
    }
    Ok(())
}

/// What was paid, released, penalized or awarded is never undone, and its worker never another.
pub fn what_is_settled_stays_settled(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in &facts.seats {
        let Some(before) = seat.before else { continue };
        // Only that the pay is owed ends, when it is paid.
        let lost = before.u8("settled") & !seat.after.u8("settled") & 3;
        ensure(lost == 0, || format!("{} was unsettled", name(seat)))?;
        if is_settled(&before) {
            let same = before.address("worker") == seat.after.address("worker");
            ensure(same, || format!("{} changed hands", name(seat)))?;
        }
        let awarded = seat.after.u8("settled") & !before.u8("settled") & 2 != 0;
        let right = seat.state() == state::ACCEPTED;
        ensure(!awarded || right, || {
            format!("{} was awarded for nothing", name(seat))
        })?;
    }
    Ok(())
}

fn is_claim(seat: &&SeatChange<'_>) -> bool {
    seat.state() == state::CLAIMED && seat.state_before() != state::CLAIMED
}

/// A seat is claimed while it is free, drawn, and open to claims.
pub fn a_claim_keeps_its_time(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(is_claim) {
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let first = first_of(&job, seat.task).ok_or("a seat without a task")?;
        ensure(seat.state_before() == state::FREE, || {
            format!("{} was not free", name(seat))
        })?;
        let (header, phase) = (&job.header, first.u8("phase"));
        let claims = header.u64("step") * 32;
        let (until, in_phase, is_drawn) = match (seat.source, seat.index) {
            (0, 0) => (header.u64("claim_window"), phase == phase::RUNNING, true),
            (0, _) => (
                seat.after.u64("until"),
                phase == phase::RUNNING,
                seat.after.u8("drawn") == 1,
            ),
            (1, _) => (
                seat.after.u64("until"),
                matches!(phase, phase::CHECKING | phase::RECHECKING),
                seat.after.u8("drawn") == 1,
            ),
            _ => {
                let round = round_of(facts, seat).ok_or("a seat without a round")?;
                let header = round.header;
                (
                    header.u64("round.opened_at") + claims,
                    header.u8("round.verdict") == 0 && phase == phase::DISPUTED,
                    header.u8("round.drawn") == 1,
                )
            }
        };
        ensure(facts.now < job.time(until), || {
            format!("{} was claimed too late", name(seat))
        })?;
        ensure(in_phase, || {
            format!("{} was claimed in phase {phase}", name(seat))
        })?;
        ensure(is_drawn, || {
            format!("{} was claimed without a draw", name(seat))
        })?;
    }
    Ok(())
}

/// Whoever claims a seat is admitted by its rank, with collateral that is older than the seed.
pub fn a_claim_has_the_rank(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(is_claim) {
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let worker = seat.after.address("worker");
        let account = facts
            .change
            .record_before(&worker)
            .ok_or("a claim without a worker")?;
        let header = &job.header;
        let (step, run) = (header.u64("step"), header.u64("run_window"));
        let drawn_since = seat
            .after
            .u64("until")
            .saturating_sub(2 * (32 * step + run));
        let (seed, number, misses, since, step, seed_time) = match (seat.source, seat.index) {
            (0, 0) => {
                let segments = header.items("segments");
                let own = segments.iter().rev().find(|segment| {
                    segment.u64("first_task") != 0 && segment.u64("first_task") <= seat.task
                });
                let added = own.unwrap_or(&segments[0]).i64("added_at");
                let added = u64::try_from(added - header.i64("posted_at")).unwrap_or(0);
                (
                    header.hash("seed"),
                    seat.task * job.width() as u64,
                    seat.after.u8("misses"),
                    seat.after.u64("free_since").max(added),
                    step,
                    header.i64("posted_at"),
                )
            }
            (source @ (0 | 1), index) => (
                seat.after.hash("hash"),
                if source == 0 {
                    index
                } else {
                    job.width() as u64
                },
                seat.after.u8("misses"),
                seat.after.u64("free_since"),
                step,
                job.time(drawn_since),
            ),
            (_, index) => {
                let round = round_of(facts, seat).ok_or("a seat without a round")?;
                let opened = round.header.u64("round.opened_at");
                (
                    round.header.hash("round.seed"),
                    index,
                    0,
                    opened,
                    4 * step,
                    job.time(opened),
                )
            }
        };
        let collateral = account.u64("free") + account.u64("locked");
        let ticket = chain::ticket(&seed, &worker, number, misses);
        let elapsed = u64::try_from(facts.now - job.time(since)).unwrap_or(0);
        let total = header.u64("total_collateral");
        ensure(
            chain::is_admitted(ticket, collateral, total, elapsed, step),
            || format!("{} was claimed before its turn", name(seat)),
        )?;
        ensure(account.i64("funded_at") < seed_time, || {
            format!("{} was claimed with young collateral", name(seat))
        })?;
    }
    Ok(())
}

/// Whoever claims or contradicts has the collateral for it, and claiming a first seat is not paused.
pub fn a_claim_is_backed(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in &facts.seats {
        let is_challenge = seat.index == CHALLENGER && seat.before.is_none();
        if !is_challenge && !is_claim(&seat) {
            continue;
        }
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let header = &job.header;
        let worker = seat.after.address("worker");
        let account = facts
            .change
            .record_before(&worker)
            .ok_or("a claim without a worker")?;
        let (free, locked) = (
            u128::from(account.u64("free")),
            u128::from(account.u64("locked")),
        );
        let (bond, lie) = (
            u128::from(header.u64("bond")),
            u128::from(header.u64("lie")),
        );
        let backed = if is_challenge {
            let seats = if seat.source == kind::DISPUTE + 1 {
                5
            } else {
                45
            };
            free >= u128::from(job.challenge_bond(seats)).max(bond + lie)
        } else if seat.source == 0 && seat.index == 0 {
            let accused = u128::from(account.u64("accused"));
            let reserve = u128::from(header.u64("reserve"));
            free >= bond + lie + accused && locked + bond <= (free + locked) / reserve.max(1)
        } else {
            free >= bond && free + locked >= bond + lie
        };
        ensure(backed, || {
            format!("{} was claimed without collateral", name(seat))
        })?;
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        // A late seat is part of a verdict, which no pause holds up.
        let is_first = seat.source == 0 && seat.index == 0;
        ensure(!is_first || !is_paused(&params, 4, facts.now), || {
            format!("{} was claimed in a pause", name(seat))
        })?;
    }
    Ok(())
}

/// A result is contributed before its deadline, by whoever holds the seat.
pub fn a_contribution_keeps_its_deadline(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in &facts.seats {
        let given = seat.state_before() == state::CLAIMED && has_contributed(&seat.after);
        if !given {
            continue;
        }
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let (run, step) = (job.header.u64("run_window"), job.header.u64("step"));
        let due = if seat.source > 1 {
            let round = round_of(facts, seat).ok_or("a seat without a round")?;
            round.header.u64("round.opened_at") + 32 * step + run
        } else {
            seat.after.u64("claimed_at") + run
        };
        ensure(facts.now < job.time(due), || {
            format!("{} came too late", name(seat))
        })?;
        let before = seat.before.map(|before| before.address("worker"));
        ensure(before == Some(seat.after.address("worker")), || {
            format!("{} was given by another", name(seat))
        })?;
        let worker = facts.mirror.record(&seat.after.address("worker"));
        let node = worker.map(|worker| worker.address("node"));
        let signed = node.is_some_and(|node| facts.signers.contains(&node));
        ensure(signed, || {
            format!("{} was given without its key", name(seat))
        })?;
    }
    Ok(())
}

/// A worker holds one seat of a task at most, its check included.
pub fn a_worker_has_one_seat_of_a_task(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        for (task, seats) in job.tasks() {
            let mut held = BTreeMap::new();
            let check = books.check_of(&job.address, task);
            for seat in seats.iter().chain(check) {
                let state = seat.u8("state");
                if state != state::FREE && state != state::CLOSED {
                    *held.entry(seat.address("worker")).or_insert(0) += 1;
                }
            }
            let twice = held.into_iter().find(|(_, seats)| *seats > 1);
            ensure(twice.is_none(), || {
                format!("{} task {task}: {twice:?}", job.address)
            })?;
        }
    }
    Ok(())
}

/// Where a result stands or is final, every accepted seat contributed and sealed its digest.
pub fn accepted_seats_sealed_the_digest(books: &Books<'_>) -> Checked {
    // Attested results have signatures instead of seals.
    for job in books
        .jobs
        .values()
        .filter(|job| job.header.u8("policy") == 0)
    {
        let seed = job.header.hash("seed");
        for (task, seats) in job.tasks() {
            let first = &seats[0];
            let stands = matches!(first.u8("phase"), phase::STANDING | phase::FINAL);
            if !stands || first.u8("flags") & flag::OPEN == 0 {
                ensure(!stands, || {
                    format!("{} task {task} stands unopened", job.address)
                })?;
                continue;
            }
            let digest = first.hash("hash");
            let check = books.check_of(&job.address, task);
            for (place, seat) in seats.iter().chain(check).enumerate() {
                if seat.u8("state") != state::ACCEPTED {
                    continue;
                }
                let worker = seat.address("worker");
                let sealed = seat.hash("seal") == chain::seal(&seed, task, &worker, &digest);
                let agrees =
                    place == 0 || seat.hash("hash") == chain::agreement(&seed, task, &digest);
                ensure(sealed && agrees, || {
                    format!(
                        "{} task {task} seat {place} did not give the result",
                        job.address
                    )
                })?;
            }
        }
    }
    Ok(())
}

/// The seed of a late seat comes from the first slot after the contribution before it.
pub fn a_late_seat_is_drawn_by_a_later_slot(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(|seat| seat.source < 2) {
        let was = seat.before.map_or(0, |before| before.u8("drawn"));
        let is_seed = matches!(seat.state(), state::FREE | state::CLAIMED);
        if was == seat.after.u8("drawn") || !is_seed {
            continue;
        }
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let first = first_of(&job, seat.task).ok_or("a seat without a task")?;
        let number = if seat.source == 0 {
            seat.index
        } else {
            job.width() as u64
        };
        let slot = seat
            .before
            .map_or(first.u64("slot"), |before| before.u64("slot"));
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        let drawn = chain::draw(facts, &job, slot, seat.task, (0, number));
        ensure(drawn == Some(seat.after.hash("hash")), || {
            format!("{} has a seed that no later slot drew", name(seat))
        })?;
    }
    Ok(())
}

/// What a job was posted under does not change; only tasks are added, with a manifest of their own.
pub fn terms_of_a_job_do_not_change(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    const COUNTS: [&str; 9] = [
        "funds",
        "fees_due",
        "royalties_due",
        "task_count",
        "open_tasks",
        "proven_tasks",
        "unproven_tasks",
        "unsettled",
        "open_rounds",
    ];
    for (address, before, after) in facts.change.records(Program::Market, "Job") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let is_cut = after.u64("task_count") == 0;
        if before.hash("seed") != after.hash("seed") || is_cut {
            continue;
        }
        let fixed = before
            .kind
            .fields
            .keys()
            .filter(|name| !COUNTS.contains(&name.as_str()) && *name != "segments");
        for name in fixed {
            ensure(before.bytes(name) == after.bytes(name), || {
                format!("{address}: {name} changed")
            })?;
        }
        for (old, new) in before.items("segments").iter().zip(after.items("segments")) {
            let unused = old.u64("first_task") == 0 && old.hash("manifest") == [0; 32];
            ensure(unused || old.raw() == new.raw(), || {
                format!("{address}: a manifest changed")
            })?;
        }
        ensure(after.u64("task_count") >= before.u64("task_count"), || {
            format!("{address}: tasks are gone")
        })?;
    }
    Ok(())
}
