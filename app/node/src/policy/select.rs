//! Which seats to claim.

use super::{open_seats, Load, OpenSeat, ScheduledRun};
use crate::{
    posting::Posting,
    seat_id::{SeatId, TaskId},
};
use assay_client::{Address, SlotHashes};
use assay_market::{
    game::SeatState,
    state::{Source, Worker, POLICY_CHECKED},
};
use std::{collections::HashSet, time::Duration};

/// Who claims, and how much it may claim.
#[derive(Clone, Copy)]
pub struct ClaimBudget {
    /// Address of the worker.
    pub worker: Address,
    /// The worker's account: its collateral, its owner's limits and its misses of today.
    pub account: Worker,
    /// Chain time, Unix seconds.
    pub now: i64,
    /// Seats that admit the worker until then count as open, Unix seconds: `now` for claims, later for prefetches.
    pub horizon: i64,
    /// Most seats to select.
    pub free_claims: usize,
    /// Whether this machine can stop a run after an amount of fuel, as blind contributions need it.
    pub can_stop_runs: bool,
}

/// What running a task may cost.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Longest time that the run may take; zero if its result is known.
    pub max_runtime: Duration,
    /// True if a task of the job has run here before.
    pub has_history: bool,
}

/// A seat to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedClaim {
    pub seat: SeatId,
    /// The check or round that it lies in.
    pub round: Option<Address>,
    /// When claims end, Unix seconds.
    pub claims_end: i64,
}

/// Selects seats to claim: those of rounds first, then checks and late seats, then first seats, the oldest jobs first.
///
/// Each seat is free, the worker's rank admits it, and the program's own rules for collateral and the owner's limits allow
/// it after the seats before it. So every claim succeeds unless somebody else is faster. Each seat can also be run in time
/// after the runs of `load` and the seats before it.
///
/// `estimate` returns `None` for tasks to skip. A job without history gets one claim at a time: if it was made to take
/// longer than expected, that costs one penalty and not many.
pub fn plan_claims<'a>(
    postings: impl Iterator<Item = &'a Posting>,
    budget: &ClaimBudget,
    hashes: &SlotHashes,
    mut load: Load,
    estimate: impl Fn(&Posting, u32) -> Option<Estimate>,
) -> Vec<PlannedClaim> {
    let mut candidates: Vec<(Order, &Posting, OpenSeat)> = Vec::new();
    for posting in postings {
        if posting.job.header.policy == POLICY_CHECKED {
            let open = open_now(posting, budget, hashes).into_iter();
            candidates.extend(open.map(|seat| (Order::of(posting, &seat), posting, seat)));
        }
    }
    candidates.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let mut account = budget.account;
    let mut planned: Vec<PlannedClaim> = Vec::new();
    let mut tasks = HashSet::<TaskId>::new();
    for (_, posting, open) in candidates {
        if planned.len() >= budget.free_claims {
            break;
        }
        let header = &posting.job.header;
        let seat = posting.id().seat(open.place);
        let is_new = !tasks.contains(&seat.task_id());
        if !is_new && open.round.is_none() {
            continue;
        }
        let Some(estimate) = estimate(posting, open.place.task) else {
            continue;
        };
        let mut max_runtime = estimate.max_runtime;
        if open.is_blind {
            // The second run takes as long as the first at most.
            max_runtime = max_runtime.saturating_mul(2);
        }
        if !is_new {
            max_runtime = Duration::ZERO;
        }
        let is_first_of_job = !planned.iter().any(|claim| claim.seat.job == seat.job)
            && !has_open_claim(posting, &budget.worker);
        if is_new && !estimate.has_history && !is_first_of_job {
            continue;
        }
        let (bond, lie) = (header.bond.get(), header.lie.get());
        let mut after = account;
        let locked = if open.place.source == Source::Job && open.place.seat == 0 {
            after.lock(bond, lie, header.reserve.get(), budget.now)
        } else {
            after.lock_later(bond, lie, budget.now)
        };
        let run = ScheduledRun {
            max_runtime,
            contribute_by: open.contribute_by,
            has_started: false,
        };
        if locked.is_ok() && load.try_reserve(run) {
            account = after;
            tasks.insert(seat.task_id());
            planned.push(PlannedClaim {
                seat,
                round: open.round,
                claims_end: open.claims_end,
            });
        }
    }
    planned
}

/// Returns the open seats of a job that the worker may take by the horizon.
fn open_now(posting: &Posting, budget: &ClaimBudget, hashes: &SlotHashes) -> Vec<OpenSeat> {
    let (worker, account, now) = (&budget.worker, &budget.account, budget.now);
    let tasks = 0..posting.job.header.task_count.get();
    tasks
        .flat_map(|task| open_seats(posting, task, worker, account, hashes, now))
        .filter(|seat| seat.admitted_at <= budget.horizon && seat.claims_end > now)
        .filter(|seat| budget.can_stop_runs || !seat.is_blind)
        .collect()
}

/// Returns whether the worker has claimed a seat of the job that it has not delivered.
fn has_open_claim(posting: &Posting, worker: &Address) -> bool {
    let rounds = posting.rounds.iter().flat_map(|round| &round.seats);
    let mut seats = posting.job.seats.iter().chain(rounds);
    seats.any(|seat| seat.worker == *worker && seat.state() == SeatState::Claimed)
}

/// The order in which seats are taken: what ends soonest first, then the oldest jobs, then the best ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    class: u8,
    posted_at: i64,
    admitted_at: i64,
    task: u32,
    seat: u8,
}

impl Order {
    fn of(posting: &Posting, open: &OpenSeat) -> Self {
        let class = match (open.place.source, open.place.seat) {
            (Source::Dispute | Source::Appeal, _) => 0,
            (Source::Check, _) => 1,
            (Source::Job, 1..) => 2,
            (Source::Job, 0) => 3,
        };
        Self {
            class,
            posted_at: posting.job.header.posted_at.get(),
            admitted_at: open.admitted_at,
            task: open.place.task,
            seat: open.place.seat,
        }
    }
}
