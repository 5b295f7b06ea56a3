//! Which seats to claim.

use super::{Load, ScheduledRun};
use crate::seat_id::{JobId, SeatId};
use assay_client::{Address, JobView};
use assay_market::state::{seat_index, Collateral, SeatState, POLICY_REPLICATED};
use std::time::Duration;

/// Who claims, and how much it may claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimBudget {
    pub worker: Address,
    /// Free collateral in base units of ASSAY, and when it last grew.
    pub collateral: Collateral,
    /// Chain time, Unix seconds.
    pub now: i64,
    /// Most seats to select.
    pub free_claims: usize,
}

/// What running a task may cost.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Longest time that the run may take.
    pub max_runtime: Duration,
    /// True if a task of the job has run here before.
    pub has_history: bool,
}

/// Selects seats to claim now: at most one of each task, the oldest jobs first.
///
/// Each seat is free, the worker is drawn for it, and collateral for its bond is left after the seats before it. So every
/// claim succeeds unless somebody else is faster. Each seat can also be run in time after the runs of `load` and the seats
/// before it.
///
/// `estimate` returns `None` for tasks to skip. A job without history gets one claim at a time: if it was made to take
/// longer than expected, that costs one penalty and not many. `choose(n)` selects one of `n` free replicas. The first task
/// of a job follows from the worker's address, so that nodes spread out and do not all claim the same seat first.
pub fn plan_claims(
    jobs: &[JobView],
    budget: &ClaimBudget,
    mut load: Load,
    estimate: impl Fn(&JobView, u32) -> Option<Estimate>,
    mut choose: impl FnMut(usize) -> usize,
) -> Vec<SeatId> {
    let mut open: Vec<&JobView> = jobs
        .iter()
        .filter(|job| job.header.policy == POLICY_REPLICATED && job.header.is_claiming(budget.now))
        .collect();
    open.sort_by_key(|job| (job.header.posted_at.get(), job.address));
    let mut collateral = budget.collateral;
    let mut planned = Vec::new();
    for job in open {
        let Ok(commit_by) = job.header.commit_by(budget.now) else {
            continue;
        };
        let mut has_open_claim = job.seats.iter().any(|seat| {
            seat.worker == budget.worker
                && seat.state() == SeatState::Claimed
                && seat.deadline.get() >= budget.now
        });
        for task in tasks_from_own_start(job.header.task_count.get(), &budget.worker) {
            if planned.len() >= budget.free_claims {
                return planned;
            }
            let Some(left) = collateral.free.checked_sub(job.header.bond.get()) else {
                break;
            };
            let mut seats = job.task(task).iter();
            let has_seat = seats.any(|seat| seat.worker == budget.worker);
            let Some(estimate) = estimate(job, task).filter(|_| !has_seat) else {
                continue;
            };
            if has_open_claim && !estimate.has_history {
                continue;
            }
            let drawn = drawn_replicas(job, task, budget, collateral);
            let Some(replica) = drawn.get(choose(drawn.len().max(1))) else {
                continue;
            };
            let run = ScheduledRun {
                max_runtime: estimate.max_runtime,
                commit_by,
                has_started: false,
            };
            if load.try_reserve(run) {
                has_open_claim = true;
                planned.push(JobId::of(job).seat(task, *replica));
                collateral.free = left;
            }
        }
    }
    planned
}

/// Returns the free replicas of a task that the worker is drawn for.
fn drawn_replicas(
    job: &JobView,
    task: u32,
    budget: &ClaimBudget,
    collateral: Collateral,
) -> Vec<u8> {
    let header = &job.header;
    let is_drawn = |replica: &u8| {
        let seat = job.task(task).get(usize::from(*replica));
        let index = seat_index(header, task, *replica);
        let (Some(seat), Ok(index)) = (seat, index) else {
            return false;
        };
        job.state(task, *replica) == SeatState::Free
            && header.draws(
                &budget.worker,
                collateral,
                (task, index),
                seat.deadline.get(),
                budget.now,
            )
    };
    (0..header.width()).filter(is_drawn).collect()
}

/// Returns the numbers of all `count` tasks, from a first one that follows from the worker's address.
fn tasks_from_own_start(count: u32, worker: &Address) -> impl Iterator<Item = u32> {
    let number = worker.as_ref().iter().fold(0u32, |number, byte| {
        number.wrapping_mul(31).wrapping_add(u32::from(*byte))
    });
    let start = number.checked_rem(count).unwrap_or(0);
    (start..count).chain(0..start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, job, set_seat};
    use assay_market::state::SeatState::*;

    const AFTER_RAMP: i64 = 100;

    /// Free collateral that was added before any job was posted.
    const FUNDS: Collateral = Collateral {
        free: 500,
        funded_at: -1,
    };

    fn budget(worker: Address, now: i64) -> ClaimBudget {
        ClaimBudget {
            worker,
            collateral: FUNDS,
            now,
            free_claims: 100,
        }
    }

    fn plan(job: &JobView, budget: &ClaimBudget) -> Vec<SeatId> {
        let jobs = std::slice::from_ref(job);
        plan_claims(jobs, budget, idle(budget), quick, |n| n - 1)
    }

    fn idle(budget: &ClaimBudget) -> Load {
        Load {
            parallelism: 1,
            now: budget.now,
            margin: Duration::ZERO,
            runs: Vec::new(),
        }
    }

    /// Returns the estimate of a task that takes a millisecond, of a job with history.
    fn quick(_: &JobView, _: u32) -> Option<Estimate> {
        taking(1, true)
    }

    fn taking(millis: u64, has_history: bool) -> Option<Estimate> {
        let max_runtime = Duration::from_millis(millis);
        Some(Estimate {
            max_runtime,
            has_history,
        })
    }

    #[test]
    fn a_job_without_history_gets_one_claim_at_a_time() {
        let (mut job, budget) = (job(5), budget(address(1), AFTER_RAMP));
        let plan = |job: &JobView| {
            let jobs = std::slice::from_ref(job);
            plan_claims(jobs, &budget, idle(&budget), |_, _| taking(1, false), |_| 0)
        };
        assert_eq!(plan(&job).len(), 1);
        set_seat(&mut job, 4, address(1), Claimed, [0; 32]);
        assert!(plan(&job).is_empty());
        set_seat(&mut job, 4, address(1), Committed, [0; 32]);
        assert_eq!(plan(&job).len(), 1);
    }

    #[test]
    fn no_more_is_claimed_than_can_be_run_in_the_window() {
        let budget = budget(address(1), AFTER_RAMP);
        let planned = |millis| {
            let estimate = |_: &JobView, _| taking(millis, true);
            plan_claims(&[job(12)], &budget, idle(&budget), estimate, |_| 0).len()
        };
        assert_eq!(planned(20_000), 3, "three times 20 s in a window of 60 s");
        assert_eq!(planned(60_001), 0);
    }

    #[test]
    fn one_replica_of_every_task_is_claimed_and_no_spare() {
        let mut tasks: Vec<u32> = Vec::new();
        for seat in plan(&job(5), &budget(address(1), AFTER_RAMP)) {
            assert_eq!(seat.replica, 2);
            tasks.push(seat.task);
        }
        tasks.sort_unstable();
        assert_eq!(tasks, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn nodes_begin_at_different_tasks() {
        let first = |byte| plan(&job(12), &budget(address(byte), AFTER_RAMP))[0].task;
        assert_ne!(first(1), first(2));
    }

    #[test]
    fn no_more_is_claimed_than_free_claims_allow() {
        let few = ClaimBudget {
            free_claims: 3,
            ..budget(address(1), AFTER_RAMP)
        };
        assert_eq!(plan(&job(12), &few).len(), 3);
    }

    #[test]
    fn no_more_is_claimed_than_the_collateral_covers() {
        let poor = ClaimBudget {
            collateral: Collateral { free: 29, ..FUNDS },
            ..budget(address(1), AFTER_RAMP)
        };
        assert_eq!(plan(&job(12), &poor).len(), 2);
    }

    #[test]
    fn nothing_is_claimed_when_claiming_is_over() {
        assert!(plan(&job(3), &budget(address(1), 1_000)).is_empty());
    }

    #[test]
    fn a_task_with_a_seat_of_ours_or_without_an_estimate_is_skipped() {
        let mut job = job(3);
        set_seat(&mut job, 4, address(1), Claimed, [0; 32]);
        let budget = budget(address(1), AFTER_RAMP);
        let jobs = [job];
        let wanted = |job: &JobView, task| quick(job, task).filter(|_| task != 2);
        let planned = plan_claims(&jobs, &budget, idle(&budget), wanted, |_| 0);
        assert_eq!(planned.iter().map(|s| s.task).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn only_free_seats_are_claimed() {
        let mut job = job(1);
        set_seat(&mut job, 0, address(2), Claimed, [0; 32]);
        set_seat(&mut job, 2, address(3), Committed, [0; 32]);
        assert_eq!(plan(&job, &budget(address(1), AFTER_RAMP))[0].replica, 1);
        set_seat(&mut job, 1, address(4), Claimed, [0; 32]);
        assert!(plan(&job, &budget(address(1), AFTER_RAMP)).is_empty());
    }

    #[test]
    fn before_the_ramp_ends_exactly_the_drawn_tasks_are_claimed() {
        let job = job(40);
        let budget = budget(address(1), 10);
        let mut collateral = budget.collateral;
        let planned = plan(&job, &budget);
        for seat in &planned {
            let index = seat_index(&job.header, seat.task, seat.replica).unwrap();
            assert!(job.header.draws(
                &budget.worker,
                collateral,
                (seat.task, index),
                0,
                budget.now
            ));
            collateral.free -= job.header.bond.get();
        }
        assert!(
            !planned.is_empty() && planned.len() < 40,
            "{}",
            planned.len()
        );
    }

    #[test]
    fn the_oldest_job_comes_first() {
        let (mut young, old) = (job(1), job(1));
        young.header.posted_at = 50.into();
        young.address = address(100);
        let budget = budget(address(1), 150);
        let jobs = [young, old.clone()];
        let planned = plan_claims(&jobs, &budget, idle(&budget), quick, |_| 0);
        assert_eq!(planned[0].job.address, old.address);
        assert_eq!(planned.len(), 2);
    }
}
