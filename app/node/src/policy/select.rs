//! Which seats to claim.

use super::{is_bound, open_seats, Load, OpenSeat, Prices, ScheduledRun};
use crate::{
    posting::Posting,
    seat_id::{SeatId, TaskId},
};
use assay_client::{Address, SlotHashes};
use assay_market::{
    game::{Phase, SeatState},
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
    /// Attester set that the job asks for a credential of; zero for none.
    pub credential_set: Address,
}

/// Selects seats to claim: those of rounds first, then checks and late seats, then first seats, the oldest jobs first.
///
/// Each seat is free, the worker's rank admits it, and the program's own rules for collateral and the owner's limits allow
/// it after the seats before it. So every claim succeeds unless somebody else is faster. Each seat can also be run in time
/// after the runs of `load` and the seats before it. Jobs that pay less than `prices` ask are skipped.
///
/// `estimate` returns `None` for tasks to skip. A job without history gets one claim at a time: if it was made to take
/// longer than expected, that costs one penalty and not many.
///
/// `meets` returns whether the worker meets a job's requirements; seats that these bind are skipped if it does not.
pub fn plan_claims<'a>(
    postings: impl Iterator<Item = &'a Posting>,
    budget: &ClaimBudget,
    hashes: &SlotHashes,
    prices: &Prices,
    mut load: Load,
    meets: impl Fn(&Posting) -> bool,
    estimate: impl Fn(&Posting, u32) -> Option<Estimate>,
) -> Vec<PlannedClaim> {
    let mut candidates: Vec<(Order, &Posting, OpenSeat)> = Vec::new();
    for posting in postings {
        let header = &posting.job.header;
        if header.policy == POLICY_CHECKED && prices.are_met_by(header) {
            let is_met = meets(posting);
            let open = open_now(posting, budget, hashes).into_iter();
            let open = open.filter(|seat| is_met || !is_bound(header, &seat.place));
            candidates.extend(open.map(|seat| (Order::of(posting, &seat), posting, seat)));
        }
    }
    candidates.sort_by_key(|(order, ..)| *order);
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
                credential_set: header.credential_set,
            });
        }
    }
    planned
}

/// Returns the open seats of a job that the worker may take by the horizon.
fn open_now(posting: &Posting, budget: &ClaimBudget, hashes: &SlotHashes) -> Vec<OpenSeat> {
    let (worker, account, now) = (&budget.worker, &budget.account, budget.now);
    // Most tasks of a large job wait for nobody. A hold that is over needs no look at its clock for that.
    let is_taking = |task: &u32| {
        let phase = posting.job.task(*task).first().map(|first| first.phase);
        let taking = [
            Phase::Running,
            Phase::Checking,
            Phase::Rechecking,
            Phase::Disputed,
        ];
        taking.iter().any(|one| phase == Some(*one as u8))
    };
    let tasks = 0..posting.job.header.task_count.get();
    tasks
        .filter(is_taking)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::PriceFloor,
        test_support::{address, posting, round, set_seat},
    };
    use bytemuck::Zeroable as _;

    const QUICK: Estimate = Estimate {
        max_runtime: Duration::from_secs(1),
        has_history: true,
    };
    /// Long after the posting every worker is admitted.
    const LATE: i64 = 600;

    fn budget(collateral: u64) -> ClaimBudget {
        ClaimBudget {
            worker: address(1),
            account: Worker {
                free: collateral.into(),
                funded_at: (-1).into(),
                ..Worker::zeroed()
            },
            now: LATE,
            horizon: LATE,
            free_claims: 100,
            can_stop_runs: true,
        }
    }

    fn plan_with(
        posting: &Posting,
        budget: &ClaimBudget,
        estimate: impl Fn(&Posting, u32) -> Option<Estimate>,
    ) -> Vec<(u32, u8)> {
        let load = Load {
            parallelism: 1,
            now: budget.now,
            margin: Duration::from_secs(5),
            runs: Vec::new(),
        };
        let one = std::iter::once(posting);
        let hashes = SlotHashes::default();
        // A mint without decimals, of which a hundredth is a base unit.
        let mut prices = Prices::new(PriceFloor::default());
        prices.add_mint(posting.job.header.mint, 0);
        let meets = |posting: &Posting| posting.job.header.region.get() == 0;
        let planned = plan_claims(one, budget, &hashes, &prices, load, meets, estimate);
        planned
            .iter()
            .map(|claim| (claim.seat.task, claim.seat.seat))
            .collect()
    }

    fn count(posting: &Posting, budget: &ClaimBudget) -> usize {
        plan_with(posting, budget, |_, _| Some(QUICK)).len()
    }

    #[test]
    fn first_seats_bind_their_part_of_the_collateral_and_keep_the_penalty_free() {
        // A bond is 10 and the reserve 5: 500 may bind 100, of which each lie must leave 110 free.
        assert_eq!(count(&posting(50), &budget(500)), 10);
        assert_eq!(count(&posting(50), &budget(120)), 2);
        assert_eq!(count(&posting(50), &budget(109)), 0);
    }

    #[test]
    fn a_price_below_the_floor_is_not_claimed() {
        let mut posting = posting(50);
        let planned = |posting: &Posting, prices: &Prices| {
            let one = std::iter::once(posting);
            let (budget, hashes) = (budget(500), SlotHashes::default());
            let load = Load {
                parallelism: 1,
                now: LATE,
                margin: Duration::from_secs(5),
                runs: Vec::new(),
            };
            let quick = |_: &Posting, _| Some(QUICK);
            plan_claims(one, &budget, &hashes, prices, load, |_| true, quick).len()
        };
        let mut prices = Prices::new(PriceFloor {
            per_gigafuel: "0.02".parse::<crate::policy::WholeTokens>().unwrap().into(),
            ..PriceFloor::default()
        });
        posting.job.header.price = 49_999.into();
        posting.job.header.fuel = 2_000_000_000.into();
        assert_eq!(planned(&posting, &prices), 0, "the mint is not read yet");
        prices.add_mint(posting.job.header.mint, 6);
        assert_eq!(planned(&posting, &prices), 0);
        posting.job.header.price = 50_000.into();
        assert_eq!(planned(&posting, &prices), 10);
        let mut round = round(1, Source::Dispute, LATE as u32 - 150);
        round.header.round.seed = [6; 32];
        posting.job.seats[2].phase = Phase::Disputed as u8;
        posting.rounds.push(round);
        posting.job.header.price = 49_999.into();
        assert_eq!(planned(&posting, &prices), 0, "nor a seat of a round");
    }

    #[test]
    fn seats_that_requirements_bind_are_left_to_others() {
        let mut posting = posting(1);
        posting.job.header.region = 756.into();
        assert_eq!(count(&posting, &budget(500)), 0);
        posting.job.header.gate = 1;
        assert_eq!(count(&posting, &budget(500)), 0, "the first seat is bound");
        set_seat(&mut posting.job, 0, address(2), SeatState::Contributed);
        let late = &mut posting.job.seats[1];
        (late.free_since, late.until, late.drawn) = (440.into(), 1_200.into(), 1);
        assert_eq!(
            count(&posting, &budget(500)),
            1,
            "whoever checks is anybody"
        );
        posting.job.header.gate = 0;
        assert_eq!(count(&posting, &budget(500)), 0);
    }

    #[test]
    fn the_limits_of_the_owner_and_of_the_node_hold() {
        let mut limited = budget(500);
        limited.account.limits.locked = 35.into();
        assert_eq!(count(&posting(50), &limited), 3);
        limited.account.limits.seat_bond = 9.into();
        assert_eq!(count(&posting(50), &limited), 0);
        let mut few = budget(500);
        few.free_claims = 4;
        assert_eq!(count(&posting(50), &few), 4);
    }

    #[test]
    fn a_task_that_cannot_run_here_or_not_in_time_is_skipped() {
        let skipped = plan_with(&posting(2), &budget(500), |_, task| {
            (task == 1).then_some(QUICK)
        });
        assert_eq!(skipped, [(1, 0)]);
        let slow = Estimate {
            max_runtime: Duration::from_secs(40),
            has_history: true,
        };
        assert_eq!(
            plan_with(&posting(9), &budget(500), |_, _| Some(slow)).len(),
            1
        );
    }

    #[test]
    fn an_unknown_job_gets_one_claim_at_a_time() {
        let unknown = |_: &Posting, _| {
            Some(Estimate {
                has_history: false,
                ..QUICK
            })
        };
        let mut posting = posting(9);
        assert_eq!(plan_with(&posting, &budget(500), unknown).len(), 1);
        set_seat(&mut posting.job, 0, address(1), SeatState::Claimed);
        assert!(plan_with(&posting, &budget(500), unknown).is_empty());
    }

    #[test]
    fn several_seats_of_a_round_are_one_run_and_come_before_first_seats() {
        let mut posting = posting(2);
        set_seat(&mut posting.job, 2, address(2), SeatState::Accepted);
        posting.job.seats[2].phase = Phase::Disputed as u8;
        posting.job.seats[2].rounds = 1;
        let mut dispute = round(1, Source::Dispute, LATE as u32 - 150);
        dispute.header.round.blind = 1;
        posting.rounds.push(dispute);
        let mut rich = budget(1_000);
        let planned = plan_with(&posting, &rich, |_, _| Some(QUICK));
        assert!(planned.len() > 2, "{planned:?}");
        assert_eq!(planned.last(), Some(&(0, 0)));
        let members = &planned[..planned.len() - 1];
        assert!(members.iter().all(|(task, _)| *task == 1));
        rich.can_stop_runs = false;
        let unblind = plan_with(&posting, &rich, |_, _| Some(QUICK));
        assert_eq!(unblind, [(0, 0)], "a command cannot stop a run");
    }

    #[test]
    fn nothing_is_claimed_before_the_rank_admits_it() {
        let mut early = budget(1);
        (early.now, early.horizon) = (0, 0);
        early.account.free = 110.into();
        let now = count(&posting(50), &early);
        early.horizon = 10_000;
        early.free_claims = 1_000;
        early.account.free = 100_000.into();
        assert!(now < 50 && count(&posting(50), &early) > now);
    }
}
