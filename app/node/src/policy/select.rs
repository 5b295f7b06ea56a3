use super::{Load, Run};
use crate::seat_id::{JobId, SeatId};
use assay_client::{Address, JobView};
use assay_market::state::{seat_index, Collateral, SeatState, POLICY_REPLICATED};
use std::time::Duration;

/// Who claims, and how much it can take on.
#[derive(Clone, Copy, Debug)]
pub struct Bidder {
    pub worker: Address,
    /// Free collateral, stake base units, and when it last grew.
    pub collateral: Collateral,
    /// Chain time.
    pub now: i64,
    /// Seats it has room for.
    pub room: usize,
}

/// What running a task may cost.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Longest that it may take.
    pub takes: Duration,
    /// Whether a task of the job has run here before.
    pub is_proven: bool,
}

/// Seats that the bidder can claim now, one per task, the oldest jobs first. Every one would be granted if nobody else
/// claimed in between: it is free, the bidder is drawn for it and has collateral left after those before it. And every
/// one can be run in time behind the runs of `load` and those before it.
///
/// `estimate` says which tasks to consider. Of a job that is not proven one seat is held at a time, so that a job made to
/// take longer than anybody can foresee costs one penalty, not many. `choose(n)` picks one of `n` free replicas; where a
/// bidder begins in a job follows from its address, so that many bidders spread out instead of racing for the first seat.
pub fn plan_claims(
    jobs: &[JobView],
    bidder: &Bidder,
    mut load: Load,
    estimate: impl Fn(&JobView, u32) -> Option<Estimate>,
    mut choose: impl FnMut(usize) -> usize,
) -> Vec<SeatId> {
    let mut open: Vec<&JobView> = jobs
        .iter()
        .filter(|job| job.header.policy == POLICY_REPLICATED && job.header.is_claiming(bidder.now))
        .collect();
    open.sort_by_key(|job| (job.header.posted_at.get(), job.address));
    let mut collateral = bidder.collateral;
    let mut planned = Vec::new();
    for job in open {
        let Ok(commit_by) = job.header.commit_by(bidder.now) else {
            continue;
        };
        let mut waits = job.seats.iter().any(|seat| {
            seat.worker == bidder.worker
                && seat.state() == SeatState::Claimed
                && seat.deadline.get() >= bidder.now
        });
        for task in from_own_start(job.header.task_count.get(), &bidder.worker) {
            if planned.len() >= bidder.room {
                return planned;
            }
            let Some(left) = collateral.free.checked_sub(job.header.bond.get()) else {
                break;
            };
            let holds = job
                .task(task)
                .iter()
                .any(|seat| seat.worker == bidder.worker);
            let Some(estimate) = estimate(job, task).filter(|_| !holds) else {
                continue;
            };
            if waits && !estimate.is_proven {
                continue;
            }
            let drawn = drawn_replicas(job, task, bidder, collateral);
            let Some(replica) = drawn.get(choose(drawn.len().max(1))) else {
                continue;
            };
            let run = Run {
                takes: estimate.takes,
                commit_by,
                has_begun: false,
            };
            if load.take_on(run) {
                waits = true;
                planned.push(JobId::of(job).seat(task, *replica));
                collateral.free = left;
            }
        }
    }
    planned
}

fn drawn_replicas(job: &JobView, task: u32, bidder: &Bidder, collateral: Collateral) -> Vec<u8> {
    let header = &job.header;
    let is_drawn = |replica: &u8| {
        let seat = job.task(task).get(usize::from(*replica));
        let index = seat_index(header, task, *replica);
        let (Some(seat), Ok(index)) = (seat, index) else {
            return false;
        };
        job.state(task, *replica) == SeatState::Free
            && header.draws(
                &bidder.worker,
                collateral,
                (task, index),
                seat.deadline.get(),
                bidder.now,
            )
    };
    (0..header.width()).filter(is_drawn).collect()
}

/// All of `count` tasks, beginning at the worker's own.
fn from_own_start(count: u32, worker: &Address) -> impl Iterator<Item = u32> {
    let number = worker.as_ref().iter().fold(0u32, |number, byte| {
        number.wrapping_mul(31).wrapping_add(u32::from(*byte))
    });
    let start = number.checked_rem(count).unwrap_or(0);
    (start..count).chain(0..start)
}
