use crate::slot_id::{JobId, SlotId};
use assay_client::{Address, JobView};
use assay_market::state::{slot_index, SlotState, POLICY_REPLICATED};

/// Who claims, and how much it can take on.
#[derive(Clone, Copy, Debug)]
pub struct Bidder {
    pub worker: Address,
    /// Free collateral, stake base units.
    pub free: u64,
    /// Chain time.
    pub now: i64,
    /// Slots it has room for.
    pub room: usize,
}

/// Slots that the bidder can claim now, one per task, the oldest jobs first. Every one would be granted if nobody else
/// claimed in between: it is free, the bidder is drawn for it and has collateral left after those before it.
///
/// `wants` says which tasks to consider. `choose(n)` picks one of `n` free replicas; where a bidder begins in a job
/// follows from its address, so that many bidders spread out instead of racing for the first slot.
pub fn plan_claims(
    jobs: &[JobView],
    bidder: &Bidder,
    wants: impl Fn(&JobView, u32) -> bool,
    mut choose: impl FnMut(usize) -> usize,
) -> Vec<SlotId> {
    let mut open: Vec<&JobView> = jobs
        .iter()
        .filter(|job| job.header.policy == POLICY_REPLICATED && job.header.is_claiming(bidder.now))
        .collect();
    open.sort_by_key(|job| (job.header.posted_at.get(), job.address));
    let mut free = bidder.free;
    let mut planned = Vec::new();
    for job in open {
        for task in from_own_start(job.header.task_count.get(), &bidder.worker) {
            if planned.len() >= bidder.room {
                return planned;
            }
            let Some(left) = free.checked_sub(job.header.bond.get()) else {
                break;
            };
            let holds = job
                .task(task)
                .iter()
                .any(|slot| slot.worker == bidder.worker);
            if holds || !wants(job, task) {
                continue;
            }
            let drawn = drawn_replicas(job, task, bidder, free);
            if let Some(replica) = drawn.get(choose(drawn.len().max(1))) {
                planned.push(JobId::of(job).slot(task, *replica));
                free = left;
            }
        }
    }
    planned
}

fn drawn_replicas(job: &JobView, task: u32, bidder: &Bidder, free: u64) -> Vec<u8> {
    let header = &job.header;
    let is_drawn = |replica: &u8| {
        let slot = job.task(task).get(usize::from(*replica));
        let index = slot_index(header, task, *replica);
        let (Some(slot), Ok(index)) = (slot, index) else {
            return false;
        };
        job.state(task, *replica) == SlotState::Free
            && header.draws(&bidder.worker, free, index, slot.deadline.get(), bidder.now)
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
