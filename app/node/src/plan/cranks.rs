use assay_client::{Address, JobView};
use assay_market::state::{Slot, SlotState, Task};
use std::collections::BTreeMap;

/// What moves a task on although nobody of it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskCrank {
    Settle,
    Expire,
}

/// What is due in a task at `now`: the program's own rules, tried on a copy of its slots.
pub fn due(job: &JobView, task: u32, now: i64) -> Option<TaskCrank> {
    let claiming = job.header.is_claiming(now);
    if on_copy(job, task, |copy| copy.settle(now, claiming).is_ok()) {
        return Some(TaskCrank::Settle);
    }
    let expires = |copy: &mut Task| !copy.is_decided() && copy.expire(now, claiming).is_ok();
    on_copy(job, task, expires).then_some(TaskCrank::Expire)
}

/// Whether a task's commitments may be revealed.
pub fn is_sealed(job: &JobView, task: u32) -> bool {
    on_copy(job, task, |copy| copy.is_sealed())
}

fn on_copy(job: &JobView, task: u32, ask: impl FnOnce(&mut Task) -> bool) -> bool {
    let mut slots = job.task(task).to_vec();
    ask(&mut Task {
        slots: &mut slots,
        replicas: usize::from(job.header.replicas),
        quorum: usize::from(job.header.quorum),
    })
}

/// Rejected and missed slots that were not penalised yet, by worker.
pub fn penalties(job: &JobView) -> BTreeMap<Address, Vec<u32>> {
    let mut penalties = BTreeMap::<Address, Vec<u32>>::new();
    for (index, slot) in (0u32..).zip(&job.slots) {
        let state = slot.state();
        if slot.collected == 0 && matches!(state, SlotState::Rejected | SlotState::Missed) {
            penalties.entry(slot.worker).or_default().push(index);
        }
    }
    penalties
}

/// How many others should act on these slots before `worker`: its place among their holders, at most 15. Ranks keep all
/// nodes from sending the same crank at once; who has rank 1 acts when rank 0 did not.
pub fn rank(slots: &[Slot], worker: &Address) -> u32 {
    let mut holders = Vec::<Address>::new();
    for slot in slots {
        if slot.worker != Address::default() && !holders.contains(&slot.worker) {
            holders.push(slot.worker);
        }
    }
    let place = holders.iter().position(|holder| holder == worker);
    u32::try_from(place.unwrap_or(holders.len())).map_or(15, |rank| rank.min(15))
}
