//! Counts of a job's tasks and seats.

use assay_client::JobView;
use assay_market::state::SeatState;
use serde::Serialize;
use std::fmt;

/// A job's tasks by verdict, and its seats by state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub tasks: u32,
    pub accepted: u32,
    pub refunded: u32,
    /// Tasks without a verdict.
    pub open: u32,
    /// Seats that no worker has claimed.
    pub free: u32,
    /// Seats that a worker holds, by its progress.
    pub claimed: u32,
    pub committed: u32,
    pub revealed: u32,
    /// Seats with another result than the accepted one.
    pub rejected: u32,
    /// Seats whose result was not delivered in time.
    pub missed: u32,
    /// Seats in a final state whose worker was not yet paid, released or penalized.
    pub uncollected: u32,
}

impl Progress {
    /// Counts the tasks and seats of a job.
    pub fn of(job: &JobView) -> Self {
        let mut progress = Self {
            tasks: job.header.task_count.get(),
            accepted: job.header.accepted_tasks.get(),
            refunded: job.header.refunded_tasks.get(),
            open: job.header.open_tasks.get(),
            uncollected: job.header.uncollected.get(),
            ..Self::default()
        };
        for state in (0..progress.tasks).flat_map(|task| job.states(task)) {
            let counter = match state {
                SeatState::Free => &mut progress.free,
                SeatState::Claimed => &mut progress.claimed,
                SeatState::Committed => &mut progress.committed,
                SeatState::Revealed => &mut progress.revealed,
                SeatState::Rejected => &mut progress.rejected,
                SeatState::Missed => &mut progress.missed,
                _ => continue,
            };
            *counter = counter.saturating_add(1);
        }
        progress
    }

    /// Returns true if every task has its verdict.
    pub fn is_decided(&self) -> bool {
        self.open == 0
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} tasks accepted", self.accepted, self.tasks)?;
        if self.refunded > 0 {
            write!(f, ", {} refunded", self.refunded)?;
        }
        let replicas = [
            (self.free, "free"),
            (self.claimed, "claimed"),
            (self.committed, "committed"),
            (self.revealed, "revealed"),
            (self.rejected, "rejected"),
            (self.missed, "missed"),
            (self.uncollected, "to be paid or penalized"),
        ];
        let shown: Vec<_> = replicas
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        if shown.is_empty() {
            return Ok(());
        }
        write!(f, "; replicas: {}", shown.join(", "))
    }
}
