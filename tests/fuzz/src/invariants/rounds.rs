//! Checks, disputes and appeals, and the pots that penalties are collected in.

use super::{
    books::{is_bound, is_owed, is_settled, kind, phase, state, RoundBook},
    chain, ensure, Books, Checked, Facts, Ledger,
};
use crate::{
    cast,
    raw::{Item, Program},
};
use std::collections::BTreeMap;

/// A job counts the checks and rounds that are there.
pub fn rounds_of_a_job_are_counted(books: &Books<'_>) -> Checked {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for round in &books.rounds {
        *counts.entry(round.task().0).or_default() += 1;
    }
    for (address, job) in &books.jobs {
        let (kept, there) = (
            job.header.u64("open_rounds"),
            counts.remove(address).unwrap_or(0),
        );
        ensure(kept == there, || {
            format!("{address}: {kept} rounds counted, {there} there")
        })?;
    }
    ensure(counts.is_empty(), || "a round has no job".to_owned())
}

/// A check or round counts the claimed seats that are not settled, whoever contradicted included.
pub fn unsettled_members_are_counted(books: &Books<'_>) -> Checked {
    for round in &books.rounds {
        let challenger = round.challenger();
        let open = |seat: &&Item<'_>| is_bound(seat) || is_owed(seat);
        let bound = round.seats.iter().chain(&challenger).filter(open).count();
        let kept = round.header.u64("unsettled");
        ensure(kept == bound as u64, || {
            format!("{}: {kept} unsettled counted, {bound} there", round.address)
        })?;
    }
    Ok(())
}

/// A task has a dispute before an appeal, no third round, and a disputed task a round without a verdict.
pub fn a_task_has_two_rounds_at_most(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        for (task, seats) in job.tasks() {
            let (rounds, now) = (seats[0].u8("rounds"), seats[0].u8("phase"));
            let there = books.rounds_of(&job.address, task);
            let of = |wanted: u8| there.iter().find(|r| r.header.u8("kind") == wanted);
            let (dispute, appeal) = (of(kind::DISPUTE), of(kind::APPEAL));
            let fits = rounds <= 2
                && (dispute.is_none() || rounds >= 1)
                && (appeal.is_none() || rounds == 2 && dispute.is_some());
            ensure(fits, || {
                format!("{} task {task}: {rounds} rounds", job.address)
            })?;
            let last = if rounds == 2 { appeal } else { dispute };
            let open = last.is_some_and(|round| round.header.u8("round.verdict") == 0);
            ensure((now == phase::DISPUTED) == (open && rounds > 0), || {
                format!("{} task {task} is in phase {now}", job.address)
            })?;
        }
    }
    Ok(())
}

/// The seed of a round comes from the first slot after its opening, or after a forgotten draw.
pub fn a_round_is_drawn_by_a_later_slot(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "RoundHeader") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        if before.u8("round.drawn") == after.u8("round.drawn") {
            continue;
        }
        let round = RoundBook::new(*address, after);
        let (job, task) = round.task();
        let job = facts.job(&job).ok_or("a round without a job")?;
        let slot = before.u64("round.slot");
        let drawn = chain::draw(facts, &job, slot, task, (after.u8("kind"), 0));
        ensure(drawn == Some(after.hash("round.seed")), || {
            format!("{address} has a seed that no later slot drew")
        })?;
    }
    Ok(())
}

/// A verdict needs more than half of all seats for one sealed result, and the end of the round.
pub fn a_majority_is_more_than_half_of_all_seats(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "RoundHeader") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        if before.u8("round.verdict") != 0 || after.u8("round.verdict") == 0 {
            continue;
        }
        let round = RoundBook::new(*address, after);
        let (job, _) = round.task();
        let job = facts.job(&job).ok_or("a round without a job")?;
        let (step, run) = (job.header.u64("step"), job.header.u64("run_window"));
        let ends = job.time(after.u64("round.opened_at") + 32 * step + run);
        let was = RoundBook::new(*address, before);
        let all = was
            .seats
            .iter()
            .all(|seat| seat.u8("state") == state::CONTRIBUTED);
        ensure(all || facts.now >= ends, || {
            format!("{address} was decided early")
        })?;
        if after.u8("round.verdict") == 1 {
            let right = round
                .seats
                .iter()
                .filter(|seat| seat.u8("state") == state::ACCEPTED);
            let hashes: Vec<[u8; 32]> = right.map(|seat| seat.hash("hash")).collect();
            let one = hashes.windows(2).all(|pair| pair[0] == pair[1]);
            ensure(one && hashes.len() * 2 > round.seats.len(), || {
                format!("{address}: {} of {} seats", hashes.len(), round.seats.len())
            })?;
        }
    }
    Ok(())
}

/// The pot of a dispute holds what was collected and not paid out.
pub fn a_pot_holds_what_was_collected(books: &Books<'_>) -> Checked {
    for round in books
        .rounds
        .iter()
        .filter(|r| r.header.u8("kind") == kind::DISPUTE)
    {
        let pot = assay_client::pda::ata(&round.address, &cast::stake_mint());
        let held = books.mirror.holding(&pot).map_or(0, |pot| pot.amount);
        let paid = books
            .ledger
            .awarded
            .get(&round.address)
            .copied()
            .unwrap_or(0);
        let given = books.ledger.donated.get(&pot).copied().unwrap_or(0);
        let collected = round.header.u64("collected");
        ensure(held + paid == collected + given, || {
            format!("{}: {held} held, {paid} of {collected} paid", round.address)
        })?;
    }
    Ok(())
}

/// Returns every seat about the task of a dispute: those of the task with its check, and those of rounds.
fn parties<'a>(books: &'a Books<'_>, dispute: &RoundBook<'_>) -> (Vec<Item<'a>>, Vec<Item<'a>>) {
    let (job, task) = dispute.task();
    let mut own: Vec<Item<'a>> = Vec::new();
    let mut members = Vec::new();
    if let Some(job) = books.jobs.get(&job) {
        let at = usize::try_from(task).unwrap_or(usize::MAX);
        own.extend(
            job.tasks()
                .nth(at)
                .map(|(_, seats)| seats)
                .unwrap_or_default(),
        );
    }
    for round in books.rounds_of(&job, task) {
        if round.header.u8("kind") == kind::CHECK {
            own.extend(round.seats.iter().copied());
        } else {
            members.extend(round.seats.iter().copied());
            members.extend(round.challenger());
        }
    }
    (own, members)
}

/// A counted dispute knows how many rejected seats are still to be penalized.
pub fn penalties_to_collect_are_counted(books: &Books<'_>) -> Checked {
    for round in books
        .rounds
        .iter()
        .filter(|round| round.header.u8("counted") == 1)
    {
        let (own, members) = parties(books, round);
        let rejected = |seat: &&Item<'_>| seat.u8("state") == state::REJECTED && !is_settled(seat);
        let there = own.iter().chain(&members).filter(rejected).count() as u64;
        let kept = round.header.u64("to_penalize");
        ensure(kept == there, || {
            format!("{}: {kept} to penalize, {there} there", round.address)
        })?;
    }
    Ok(())
}

/// A divided dispute knows how many awards are still to be paid.
pub fn awards_to_pay_are_counted(books: &Books<'_>) -> Checked {
    for round in books
        .rounds
        .iter()
        .filter(|round| round.header.u8("counted") == 1)
    {
        if round.header.u64("to_penalize") > 0 {
            continue;
        }
        let (own, members) = parties(books, round);
        let accepted = |seat: &Item<'_>| seat.u8("state") == state::ACCEPTED;
        let unpaid = |seat: &&Item<'_>| accepted(seat) && seat.u8("settled") & 2 == 0;
        let open = |seat: &&Item<'_>| accepted(seat) && !is_settled(seat);
        let there = own.iter().filter(unpaid).count() + members.iter().filter(open).count();
        let kept = round.header.u64("to_award");
        ensure(kept == there as u64, || {
            format!("{}: {kept} to award, {there} there", round.address)
        })?;
    }
    Ok(())
}

/// A member earns one price at most, the bounty is ten prices and a tenth of a penalty at most, and all of it was collected.
pub fn awards_keep_their_bounds(books: &Books<'_>) -> Checked {
    for round in books
        .rounds
        .iter()
        .filter(|round| round.header.u8("counted") == 1)
    {
        let header = &round.header;
        let job = books
            .jobs
            .get(&round.task().0)
            .ok_or("a round without a job")?;
        let (value, penalty) = (
            job.header.u64("value"),
            job.header.u64("bond") + job.header.u64("lie"),
        );
        let (pay, bounty) = (header.u64("member_pay"), header.u64("bounty"));
        ensure(
            pay <= value && bounty <= (10 * value).min(penalty / 10),
            || format!("{}: {pay} for members, bounty {bounty}", round.address),
        )?;
        let whole = header.u64("members") * pay + header.u64("right") * bounty;
        ensure(whole <= header.u64("collected"), || {
            format!("{}: {whole} to pay", round.address)
        })?;
    }
    Ok(())
}
