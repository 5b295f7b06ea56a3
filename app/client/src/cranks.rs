//! What anyone may do for a job now: the program's own rules, tried on copies of its seats.

use crate::JobView;
use anchor_lang::Address;
use assay_market::state::{SeatState, Task};
use std::collections::BTreeMap;

/// What moves a task on although nobody of it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskCrank {
    Settle,
    Expire,
}

/// What is due in a task at `now`.
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
    let mut seats = job.task(task).to_vec();
    ask(&mut Task {
        seats: &mut seats,
        replicas: usize::from(job.header.replicas),
        quorum: usize::from(job.header.quorum),
    })
}

/// Seats of one worker that are final and not booked yet, as indices in the job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// To be paid or released by `collect`.
    pub earned: Vec<u32>,
    /// To be slashed or charged by `penalize`.
    pub lost: Vec<u32>,
}

/// The seats that are final and not booked yet, by worker.
pub fn finished(job: &JobView) -> BTreeMap<Address, Finished> {
    let mut workers = BTreeMap::<Address, Finished>::new();
    for (index, seat) in (0u32..).zip(&job.seats) {
        if seat.collected != 0 {
            continue;
        }
        match seat.state() {
            SeatState::Accepted | SeatState::Void => {
                workers.entry(seat.worker).or_default().earned.push(index);
            }
            SeatState::Rejected | SeatState::Missed => {
                workers.entry(seat.worker).or_default().lost.push(index);
            }
            _ => {}
        }
    }
    workers
}
