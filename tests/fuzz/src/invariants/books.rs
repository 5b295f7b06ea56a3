//! What the checks look at: one transaction, or every account sorted by what it is.

use super::Ledger;
use crate::{
    raw::{Change, Item, Mirror, Program, Record},
    world::Call,
};
use assay_client::{Address, Instruction};
use assay_harness::TestContext;
use std::collections::{BTreeMap, BTreeSet};

/// One accepted transaction.
pub struct Facts<'a> {
    /// Every account afterwards.
    pub mirror: &'a Mirror,
    /// What it changed.
    pub change: &'a Change,
    /// The cluster afterwards.
    pub context: &'a TestContext,
    /// The instructions of the four programs that it executed, inner ones included.
    pub calls: &'a [Call],
    /// The instructions that it was sent with.
    pub instructions: &'a [Instruction],
    /// Who signed it.
    pub signers: &'a BTreeSet<Address>,
    /// Unix time.
    pub now: i64,
    /// Lamports.
    pub fee: u64,
    /// Whether it is not about the four programs.
    pub is_outside: bool,
    /// The seats that it changed.
    pub seats: Vec<SeatChange<'a>>,
}

/// A seat that a transaction changed.
#[derive(Clone, Copy)]
pub struct SeatChange<'a> {
    /// The job.
    pub job: Address,
    /// Index of the task.
    pub task: u64,
    /// The account that it lies in: 0 the job's, else a [`kind`] plus 1.
    pub source: u8,
    /// Index in that account, in the job's within the task; 255 for a challenger.
    pub index: u64,
    /// As it was; `None` if its account is new.
    pub before: Option<Item<'a>>,
    /// As it is.
    pub after: Item<'a>,
}

impl SeatChange<'_> {
    /// Returns whether this transaction paid the seat, if it is accepted.
    pub fn is_newly_paid(&self) -> bool {
        let was_owed = self.before.is_some_and(|seat| is_owed(&seat));
        (self.is_newly_settled() || was_owed) && !is_owed(&self.after)
    }

    /// Returns whether this transaction settled the seat.
    pub fn is_newly_settled(&self) -> bool {
        is_settled(&self.after) && !self.before.is_some_and(|seat| is_settled(&seat))
    }

    /// Returns the state that it had; that of a free seat if it is new.
    pub fn state_before(&self) -> u8 {
        self.before.map_or(state::FREE, |seat| seat.u8("state"))
    }

    /// Returns its state.
    pub fn state(&self) -> u8 {
        self.after.u8("state")
    }
}

/// The numbers with which the seat of whoever contradicts a result is named.
pub const CHALLENGER: u64 = 255;

impl<'a> Facts<'a> {
    /// Finds the seats that a transaction changed.
    pub fn seats_of(change: &'a Change) -> Vec<SeatChange<'a>> {
        let mut changes = Vec::new();
        for (address, before, after) in change.records(Program::Market, "Job") {
            let Some(after) = after else { continue };
            let job = JobBook::new(*address, after);
            // The address of a closed job may be used again in the same transaction.
            let same = before.filter(|before| before.hash("seed") == after.hash("seed"));
            let old = same.map_or_else(Vec::new, |before| before.seats());
            let width = job.width() as u64;
            for (place, seat) in (0u64..).zip(&job.seats) {
                let was = usize::try_from(place)
                    .ok()
                    .and_then(|at| old.get(at))
                    .copied();
                add(
                    &mut changes,
                    (*address, place / width),
                    (0, place % width),
                    was,
                    *seat,
                );
            }
        }
        for (address, before, after) in change.records(Program::Market, "RoundHeader") {
            let Some(after) = after else { continue };
            let round = RoundBook::new(*address, after);
            let old = before.map(|before| RoundBook::new(*address, before));
            let source = after.u8("kind") + 1;
            for (place, seat) in (0u64..).zip(&round.seats) {
                let at = usize::try_from(place).unwrap_or(usize::MAX);
                let was = old.as_ref().and_then(|old| old.seats.get(at)).copied();
                add(&mut changes, round.task(), (source, place), was, *seat);
            }
            if let Some(seat) = round.challenger() {
                let was = old.as_ref().and_then(RoundBook::challenger);
                add(&mut changes, round.task(), (source, CHALLENGER), was, seat);
            }
        }
        changes
    }

    /// Returns a job as it was before, or as it is if this transaction made it or left it alone.
    pub fn job_before(&self, address: &Address) -> Option<JobBook<'a>> {
        let header = self.change.record_before(address);
        let header = header.filter(|header| header.is("Job"));
        header
            .or_else(|| self.mirror.record(address))
            .map(|header| JobBook::new(*address, header))
    }

    /// Returns a job as it is.
    pub fn job(&self, address: &Address) -> Option<JobBook<'a>> {
        let header = self.mirror.record(address)?;
        Some(JobBook::new(*address, header))
    }

    /// Returns whether the transaction executed an instruction of this name.
    pub fn did(&self, name: &str) -> bool {
        self.calls.iter().any(|call| call.name == name)
    }
}

fn add<'a>(
    changes: &mut Vec<SeatChange<'a>>,
    (job, task): (Address, u64),
    (source, index): (u8, u64),
    before: Option<Item<'a>>,
    after: Item<'a>,
) {
    let is_new = before.is_none() && after.raw().iter().any(|byte| *byte != 0);
    if is_new || before.is_some_and(|before| before.raw() != after.raw()) {
        changes.push(SeatChange {
            job,
            task,
            source,
            index,
            before,
            after,
        });
    }
}

/// States of a seat.
pub mod state {
    pub const FREE: u8 = 0;
    pub const CLAIMED: u8 = 1;
    pub const CONTRIBUTED: u8 = 2;
    pub const CLOSED: u8 = 3;
    pub const ACCEPTED: u8 = 4;
    pub const REJECTED: u8 = 5;
    pub const VOID: u8 = 6;
    pub const MISSED: u8 = 7;
}

/// Phases of a task.
pub mod phase {
    pub const RUNNING: u8 = 0;
    pub const CHECKING: u8 = 1;
    pub const SPLIT: u8 = 2;
    pub const STANDING: u8 = 3;
    pub const RECHECKING: u8 = 4;
    pub const DISPUTED: u8 = 5;
    pub const FINAL: u8 = 6;
    pub const UNPROVEN: u8 = 7;
    pub const REFUNDED: u8 = 8;
    pub const CANCELLED: u8 = 9;
}

/// Flags of a task.
pub mod flag {
    pub const OPEN: u8 = 1;
    pub const UNMANNED: u8 = 2;
    pub const CHECKED: u8 = 4;
    pub const CHECK_SPENT: u8 = 8;
    pub const FORGONE: u8 = 32;
}

/// A job with its seats.
pub struct JobBook<'a> {
    /// Its address.
    pub address: Address,
    /// Its header.
    pub header: Record<'a>,
    /// The seats of all tasks.
    pub seats: Vec<Item<'a>>,
}

impl<'a> JobBook<'a> {
    /// Reads a job.
    pub fn new(address: Address, header: Record<'a>) -> Self {
        Self {
            address,
            seats: header.seats(),
            header,
        }
    }

    /// Returns how many seats a task has here.
    pub fn width(&self) -> usize {
        usize::from(self.header.u8("late_seats")) + 1
    }

    /// Returns the seats of every task.
    pub fn tasks(&self) -> impl Iterator<Item = (u64, &[Item<'a>])> {
        (0u64..).zip(self.seats.chunks(self.width()))
    }

    /// Returns whether the job is finished and its seats are cut off, because something stays owed.
    pub fn is_cut(&self) -> bool {
        self.header.u64("task_count") == 0
    }

    /// Returns the Unix time of a time that the job counts.
    pub fn time(&self, seconds: u64) -> i64 {
        self.header
            .i64("posted_at")
            .saturating_add_unsigned(seconds)
    }

    /// Returns what whoever contradicts a result binds: the pay of so many members, or the bond if that is more.
    pub fn challenge_bond(&self, seats: u64) -> u64 {
        self.header
            .u64("bond")
            .max(self.header.u64("value") * seats)
    }
}

/// A check or a round with its seats.
pub struct RoundBook<'a> {
    /// Its address.
    pub address: Address,
    /// Its header.
    pub header: Record<'a>,
    /// Its seats.
    pub seats: Vec<Item<'a>>,
}

impl<'a> RoundBook<'a> {
    /// Reads a check or a round.
    pub fn new(address: Address, header: Record<'a>) -> Self {
        Self {
            address,
            seats: header.seats(),
            header,
        }
    }

    /// Returns whoever contradicted a result; `None` if nobody did.
    pub fn challenger(&self) -> Option<Item<'a>> {
        let seat = self.header.within("round.challenger", "Seat");
        (seat.address("worker") != Address::default()).then_some(seat)
    }

    /// Returns the job and the index of the task.
    pub fn task(&self) -> (Address, u64) {
        (self.header.address("job"), self.header.u64("task"))
    }
}

/// Kinds of accounts beside a job's.
pub mod kind {
    pub const CHECK: u8 = 0;
    pub const DISPUTE: u8 = 1;
    pub const APPEAL: u8 = 2;
}

/// Returns whether a seat has contributed, whatever was decided since.
pub fn has_contributed(seat: &Item<'_>) -> bool {
    matches!(
        seat.u8("state"),
        state::CONTRIBUTED | state::ACCEPTED | state::REJECTED | state::VOID
    )
}

/// Returns whether a seat was released while its pay stays owed.
pub fn is_owed(seat: &Item<'_>) -> bool {
    seat.u8("settled") & 4 != 0
}

/// Returns whether a seat was paid, released or penalized.
pub fn is_settled(seat: &Item<'_>) -> bool {
    seat.u8("settled") & 1 != 0
}

/// Returns whether the collateral of a seat's worker is bound in it.
pub fn is_bound(seat: &Item<'_>) -> bool {
    let state = seat.u8("state");
    state != state::FREE && state != state::CLOSED && !is_settled(seat)
}

/// Returns whether the operation of a bit is paused at the Unix time `now`, by the parameters of its program.
pub fn is_paused(params: &Record<'_>, bit: u64, now: i64) -> bool {
    params.u64("paused") & bit != 0 && now < params.i64("paused_until")
}

/// Returns whether a phase is an end.
pub fn is_end(phase: u8) -> bool {
    phase >= phase::FINAL
}

/// Every account, sorted by what it is.
pub struct Books<'a> {
    /// Every account.
    pub mirror: &'a Mirror,
    /// What transactions of the past have done.
    pub ledger: &'a Ledger,
    /// Unix time.
    pub now: i64,
    /// Every job.
    pub jobs: BTreeMap<Address, JobBook<'a>>,
    /// Every check and round.
    pub rounds: Vec<RoundBook<'a>>,
    /// Every worker.
    pub workers: BTreeMap<Address, Record<'a>>,
    /// Every provider.
    pub providers: BTreeMap<Address, Record<'a>>,
}

impl<'a> Books<'a> {
    /// Sorts the accounts.
    pub fn new(mirror: &'a Mirror, ledger: &'a Ledger, now: i64) -> Self {
        let jobs = mirror.records(Program::Market, "Job");
        let rounds = mirror.records(Program::Market, "RoundHeader");
        let workers = mirror.records(Program::Market, "Worker");
        let providers = mirror.records(Program::Staking, "Provider");
        Self {
            mirror,
            ledger,
            now,
            jobs: jobs
                .map(|(at, job)| (*at, JobBook::new(*at, job)))
                .collect(),
            rounds: rounds
                .map(|(at, round)| RoundBook::new(*at, round))
                .collect(),
            workers: workers.map(|(at, worker)| (*at, worker)).collect(),
            providers: providers.map(|(at, provider)| (*at, provider)).collect(),
        }
    }

    /// Returns the accounts of one task.
    pub fn rounds_of(&self, job: &Address, task: u64) -> Vec<&RoundBook<'a>> {
        let own = |round: &&RoundBook<'a>| round.task() == (*job, task);
        self.rounds.iter().filter(own).collect()
    }

    /// Returns the seat of a task's check.
    pub fn check_of(&self, job: &Address, task: u64) -> Option<&Item<'a>> {
        let rounds = self.rounds_of(job, task);
        let check = rounds
            .into_iter()
            .find(|round| round.header.u8("kind") == kind::CHECK);
        check.and_then(|check| check.seats.first())
    }
}
