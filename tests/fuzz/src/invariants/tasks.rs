//! Tasks: their phases, their ends, and what a job counts of them.

use super::{
    books::{flag, has_contributed, is_end, is_owed, is_paused, is_settled, phase, state, JobBook},
    chain, ensure, Books, Checked, Facts, Ledger,
};
use crate::raw::{Item, Program};
use assay_client::Address;

/// A task whose phase a transaction changed.
struct Moved<'a> {
    job: JobBook<'a>,
    task: u64,
    before: Item<'a>,
    after: Item<'a>,
}

impl Moved<'_> {
    fn phases(&self) -> (u8, u8) {
        (self.before.u8("phase"), self.after.u8("phase"))
    }

    fn name(&self) -> String {
        format!("{} task {}", self.job.address, self.task)
    }
}

fn moved<'a>(facts: &'a Facts<'_>) -> Vec<Moved<'a>> {
    let firsts = facts
        .seats
        .iter()
        .filter(|seat| seat.source == 0 && seat.index == 0);
    firsts
        .filter_map(|seat| {
            let (job, before) = (facts.job(&seat.job)?, seat.before?);
            let moved = Moved {
                job,
                task: seat.task,
                before,
                after: seat.after,
            };
            (moved.before.u8("phase") != moved.after.u8("phase")).then_some(moved)
        })
        .collect()
}

/// A task moves along its graph of phases, and an ended task not at all.
pub fn phases_follow_the_graph(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    use phase::{
        CANCELLED, CHECKING, DISPUTED, FINAL, RECHECKING, REFUNDED, RUNNING, SPLIT, STANDING,
        UNPROVEN,
    };
    for moved in moved(facts) {
        let (from, to) = moved.phases();
        let next: &[u8] = match from {
            RUNNING => &[CHECKING, SPLIT, STANDING, REFUNDED, CANCELLED],
            CHECKING => &[SPLIT, STANDING, REFUNDED],
            SPLIT => &[DISPUTED, UNPROVEN],
            STANDING => &[RECHECKING, DISPUTED, FINAL, UNPROVEN],
            RECHECKING => &[STANDING, SPLIT],
            DISPUTED => &[SPLIT, STANDING, FINAL, UNPROVEN],
            _ => &[],
        };
        // An attested result is final with its signatures.
        let attested = from == RUNNING && to == FINAL && moved.job.header.u8("policy") == 1;
        ensure(next.contains(&to) || attested, || {
            format!("{} went from {from} to {to}", moved.name())
        })?;
    }
    Ok(())
}

/// Holds, claims, openings and disagreements end by time, and nothing happens in them afterwards.
pub fn a_hold_ends_by_time(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    use phase::{DISPUTED, FINAL, RECHECKING, REFUNDED, RUNNING, SPLIT, STANDING, UNPROVEN};
    for moved in moved(facts) {
        let over = facts.now >= moved.job.time(moved.before.u64("until"));
        let opened = facts.did("market.open_task");
        let claims = moved.job.time(moved.job.header.u64("claim_window"));
        let unclaimed = moved.before.u8("state") == state::FREE;
        let in_time = match moved.phases() {
            (STANDING, FINAL | UNPROVEN) | (SPLIT, UNPROVEN) => over,
            (STANDING, DISPUTED | RECHECKING) | (SPLIT, DISPUTED) => !over,
            (RUNNING, REFUNDED) if unclaimed => facts.now >= claims,
            (_, REFUNDED) => over || opened,
            (_, STANDING) if opened => !over,
            _ => true,
        };
        ensure(in_time, || {
            format!("{} moved at the wrong time", moved.name())
        })?;
        if moved.phases() == (STANDING, FINAL) {
            let flags = moved.after.u8("flags");
            let proven = flags & flag::CHECKED != 0 || flags & flag::UNMANNED == 0;
            ensure(proven, || format!("{} is final unchecked", moved.name()))?;
        }
    }
    Ok(())
}

/// A result is not opened while a seat is missing, or when the slot after the last contribution makes a check due.
pub fn a_due_check_is_not_skipped(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for moved in moved(facts)
        .iter()
        .filter(|_| facts.did("market.open_task"))
    {
        let seats = moved
            .job
            .tasks()
            .nth(usize::try_from(moved.task).unwrap_or(usize::MAX));
        let (_, seats) = seats.ok_or("a task without seats")?;
        let unmanned = moved.after.u8("flags") & flag::UNMANNED != 0;
        for seat in seats {
            let closed = seat.u8("state") == state::CLOSED && unmanned;
            ensure(has_contributed(seat) || closed, || {
                format!("{} was opened with a seat missing", moved.name())
            })?;
        }
        let (chance, spent) = (
            moved.job.header.u64("check_bps"),
            moved.before.u8("flags") & flag::CHECK_SPENT != 0,
        );
        if chance == 0 || spent {
            continue;
        }
        let width = u8::try_from(moved.job.width()).unwrap_or(u8::MAX);
        let slot = moved.before.u64("slot");
        let drawn = chain::draw(facts, &moved.job, slot, moved.task, (0, width));
        ensure(
            drawn.is_some_and(|seed| !chain::is_due(&seed, chance)),
            || format!("{} was opened though a check is due", moved.name()),
        )?;
    }
    Ok(())
}

fn ceil(a: u128, b: u128, c: u128) -> u128 {
    (a * b).div_ceil(c)
}

/// A posting freezes amounts that follow from its price, its checks and the parameters, under a seed of the newest slot,
/// and is paid for.
pub fn a_posting_costs_what_its_terms_say(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    const UNIT: u128 = 1_000_000_000;
    for (address, before, after) in facts.change.records(Program::Market, "Job") {
        let Some(after) = after else { continue };
        if before.is_some_and(|before| before.hash("seed") == after.hash("seed")) {
            continue;
        }
        let number = |name: &str| u128::from(after.u64(name));
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        let mint = after.address("mint");
        let mut mints = facts.mirror.records(Program::Market, "PaymentMint");
        let allowed = mints.find(|(_, record)| record.address("mint") == mint);
        let (_, allowed) = allowed.ok_or("a mint that is not allowed")?;
        ensure(allowed.u8("admits") == 1, || {
            format!("{address} in a mint that is closed")
        })?;
        let rate = u128::from(allowed.u64("stake_rate"));
        let param = |name: &str| u128::from(params.u64(name));
        ensure(!is_paused(&params, 1, facts.now), || {
            format!("{address} was posted in a pause")
        })?;
        let (late, chance, price) = (number("late_seats"), number("check_bps"), number("price"));
        let average = 10_000 + 10_000 * late + chance;
        let expected_price = ceil(price, average, 10_000);
        let fee = ceil(expected_price, param("fee_bps"), 10_000);
        let (author, royalty) = (after.address("author"), number("royalty"));
        ensure((author == Address::default()) == (royalty == 0), || {
            format!("{address}: a royalty of {royalty} for {author}")
        })?;
        ensure(royalty <= ceil(expected_price, 2_000, 10_000), || {
            format!("{address}: a royalty of {royalty}")
        })?;
        let bonded = u128::from(after.u8("policy") == 0);
        let value = ceil(price, rate, UNIT);
        let bond = ceil(value, param("bond_bps"), 10_000) * bonded;
        let seats = 1 + late + u128::from(chance > 0);
        let expected = [
            ("fee", fee),
            ("value", value),
            ("bond", bond),
            ("weight", fee * rate / UNIT),
            ("missed", ceil(value, param("missed_bps"), 10_000).min(bond)),
            ("hold", param("min_hold").max(2 * number("run_window"))),
            ("open_window", param("open_window")),
            ("step", param("step")),
            ("reserve", param("reserve")),
        ];
        for (name, amount) in expected {
            ensure(number(name) == amount, || {
                format!("{address}: {name} is {} and not {amount}", number(name))
            })?;
        }
        let lie = number("lie");
        let prices = lie.checked_div(value).unwrap_or(0);
        let fits = if bonded == 1 {
            (20..=500).contains(&prices)
        } else {
            lie == 0
        };
        ensure(fits && lie == prices * value, || {
            format!("{address}: a lie costs {lie}")
        })?;
        let escrow = price * seats + fee + number("royalty");
        ensure(number("task_escrow") == escrow, || {
            format!(
                "{address}: {} instead of {escrow} a task",
                number("task_escrow")
            )
        })?;
        let funds = number("task_escrow") * number("task_count");
        ensure(number("funds") == funds, || {
            format!("{address}: funds are not {funds}")
        })?;
        let requester = after.address("requester");
        ensure(facts.signers.contains(&requester), || {
            format!("{address}: no signature")
        })?;
        ensure(after.i64("posted_at") == facts.now, || {
            format!("{address}: another time")
        })?;
    }
    Ok(())
}

fn count<'a>(job: &JobBook<'a>, has: impl Fn(&[Item<'a>]) -> bool) -> u64 {
    job.tasks().filter(|(_, seats)| has(seats)).count() as u64
}

fn same(job: &Address, name: &str, kept: u64, counted: u64) -> Checked {
    ensure(kept == counted, || {
        format!("{job}: {name} is {kept}, there are {counted}")
    })
}

/// A job counts its open tasks, and has the seats of all tasks.
pub fn open_tasks_are_counted(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        let open = count(job, |seats| !is_end(seats[0].u8("phase")));
        same(
            &job.address,
            "open_tasks",
            job.header.u64("open_tasks"),
            open,
        )?;
        let tasks = job.seats.len() / job.width();
        same(
            &job.address,
            "task_count",
            job.header.u64("task_count"),
            tasks as u64,
        )?;
    }
    Ok(())
}

/// A job counts its proven and unproven tasks, and owes the fee of each proven one that somebody was right about.
pub fn ends_and_fees_are_counted(books: &Books<'_>) -> Checked {
    for job in books.jobs.values().filter(|job| !job.is_cut()) {
        let at = |wanted: u8| count(job, |seats| seats[0].u8("phase") == wanted);
        let header = &job.header;
        same(
            &job.address,
            "proven_tasks",
            header.u64("proven_tasks"),
            at(phase::FINAL),
        )?;
        same(
            &job.address,
            "unproven_tasks",
            header.u64("unproven_tasks"),
            at(phase::UNPROVEN),
        )?;
        let won = count(job, |seats| {
            seats[0].u8("phase") == phase::FINAL && seats[0].u8("winners") > 0
        });
        same(
            &job.address,
            "fees_due",
            header.u64("fees_due"),
            won * header.u64("fee"),
        )?;
        let royalties = won * header.u64("royalty");
        same(
            &job.address,
            "royalties_due",
            header.u64("royalties_due"),
            royalties,
        )?;
    }
    Ok(())
}

/// A job counts the contributed seats of its account that are not settled.
pub fn unsettled_seats_are_counted(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        let open = job
            .seats
            .iter()
            .filter(|seat| has_contributed(seat) && (!is_settled(seat) || is_owed(seat)));
        same(
            &job.address,
            "unsettled",
            job.header.u64("unsettled"),
            open.count() as u64,
        )?;
    }
    Ok(())
}

/// The winners of a standing or final result are its accepted seats, that of its check included.
pub fn winners_are_counted(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        for (task, seats) in job.tasks() {
            let first = &seats[0];
            let check = books.check_of(&job.address, task);
            let stands = matches!(first.u8("phase"), phase::STANDING | phase::FINAL);
            let spent = first.u8("flags") & flag::CHECK_SPENT != 0;
            if !stands || spent && check.is_none() {
                continue;
            }
            let all = seats.iter().chain(check);
            let right = all
                .filter(|seat| seat.u8("state") == state::ACCEPTED)
                .count() as u64;
            let kept = first.u64("winners");
            ensure(kept == right, || {
                format!(
                    "{} task {task}: {kept} winners, {right} accepted",
                    job.address
                )
            })?;
        }
    }
    Ok(())
}
