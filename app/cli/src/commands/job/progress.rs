//! Counts of a job's tasks and seats.

use super::task_state::TaskState;
use assay_client::{JobView, RoundView};
use assay_market::game::SeatState;
use serde::Serialize;
use std::fmt;

/// A job's tasks by state, and what is left to settle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub tasks: u32,
    /// Tasks that ended with a verified result.
    pub accepted: u32,
    /// Tasks that ended with a result that is paid and not verified.
    pub unproven: u32,
    /// Tasks that ended without a result.
    pub refunded: u32,
    /// Tasks that the requester took back.
    pub cancelled: u32,
    /// Tasks that have not ended: the sum of the next six numbers.
    pub open: u32,
    pub free: u32,
    pub claimed: u32,
    pub contributed: u32,
    pub checking: u32,
    /// Tasks whose result is public and may still be contradicted.
    pub standing: u32,
    /// Tasks with a disagreement that a round decides.
    pub disputed: u32,
    /// Seats whose result was wrong.
    pub rejected: u32,
    /// Deadlines that workers missed; their seats were opened again.
    pub missed: u32,
    /// Seats of ended tasks, of their checks and rounds too, whose worker was not yet paid, released or penalized.
    pub uncollected: u32,
    /// Accounts of checks and rounds that are not closed.
    pub open_rounds: u32,
}

impl Progress {
    /// Counts the tasks and seats of a job at `now` (Unix time). `rounds` are the accounts of its checks and rounds; without
    /// them only the seats in the job's account are counted.
    pub fn of(job: &JobView, rounds: &[RoundView], now: i64) -> Self {
        let mut progress = Self {
            tasks: job.header.task_count.get(),
            open_rounds: job.header.open_rounds.get(),
            ..Self::default()
        };
        for task in 0..progress.tasks {
            progress.count_task(job, task, now);
        }
        for round in rounds {
            if TaskState::of(job, round.task(), now).is_end() {
                let header = &round.header;
                let awaited = header.unsettled.get().max(header.to_award.get());
                add(&mut progress.uncollected, awaited);
            }
        }
        progress
    }

    fn count_task(&mut self, job: &JobView, task: u32, now: i64) {
        let state = TaskState::of(job, task, now);
        let counter = match state {
            TaskState::Free => &mut self.free,
            TaskState::Claimed => &mut self.claimed,
            TaskState::Contributed => &mut self.contributed,
            TaskState::Checking => &mut self.checking,
            TaskState::Standing | TaskState::Rechecking => &mut self.standing,
            TaskState::Split | TaskState::Disputed => &mut self.disputed,
            TaskState::Final => &mut self.accepted,
            TaskState::Unproven => &mut self.unproven,
            TaskState::Refunded => &mut self.refunded,
            TaskState::Cancelled => &mut self.cancelled,
        };
        add(counter, 1);
        if !state.is_end() {
            add(&mut self.open, 1);
        }
        for seat in job.task(task) {
            add(&mut self.missed, u32::from(seat.misses));
            let is_owed = match seat.state() {
                SeatState::Rejected => {
                    add(&mut self.rejected, 1);
                    true
                }
                SeatState::Accepted | SeatState::Void | SeatState::Missed => true,
                _ => false,
            };
            if is_owed && state.is_end() && (!seat.is_settled() || seat.is_owed()) {
                add(&mut self.uncollected, 1);
            }
        }
    }

    /// Returns true if every task has ended.
    pub fn is_decided(&self) -> bool {
        self.open == 0
    }

    /// Returns true if every task has ended or has a public result.
    pub fn is_delivered(&self) -> bool {
        self.open == self.standing
    }

    /// Returns true if every worker was paid, released or penalized. Accounts of checks and rounds may still be open: whoever
    /// paid their rent closes them.
    pub fn is_settled(&self) -> bool {
        self.is_decided() && self.uncollected == 0
    }

    /// Returns the tasks that ended without a verified result, in words; `None` if there is none.
    pub fn unverified(&self) -> Option<String> {
        let ends = [
            (self.unproven, "unproven"),
            (self.refunded, "refunded"),
            (self.cancelled, "cancelled"),
        ];
        let shown = list(&ends);
        (!shown.is_empty()).then_some(shown)
    }
}

fn add(counter: &mut u32, count: u32) {
    *counter = counter.saturating_add(count);
}

/// Returns the counts that are not zero, with their names.
fn list(counts: &[(u32, &str)]) -> String {
    let shown: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    shown.join(", ")
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} tasks final", self.accepted, self.tasks)?;
        if let Some(unverified) = self.unverified() {
            write!(f, ", {unverified}")?;
        }
        let open = list(&[
            (self.free, "free"),
            (self.claimed, "claimed"),
            (self.contributed, "contributed"),
            (self.checking, "checking"),
            (self.standing, "standing"),
            (self.disputed, "disputed"),
        ]);
        if !open.is_empty() {
            write!(f, "; open: {open}")?;
        }
        let seats = list(&[
            (self.rejected, "wrong results"),
            (self.missed, "missed deadlines"),
            (self.uncollected, "seats to be paid or penalized"),
            (self.open_rounds, "checks or rounds to be closed"),
        ]);
        if !seats.is_empty() {
            write!(f, "; {seats}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use assay_market::game::Phase;

    #[test]
    fn tasks_are_counted_by_state() {
        let mut job = job(vec![
            first(Phase::Running, SeatState::Free, 0),
            first(Phase::Standing, SeatState::Accepted, HOLD),
            first(Phase::Final, SeatState::Accepted, 1),
            first(Phase::Refunded, SeatState::Rejected, 0),
        ]);
        job.seats[2].settled = 1;
        job.seats[0].misses = 2;
        let progress = Progress::of(&job, &[], POSTED_AT);
        let expected = Progress {
            tasks: 4,
            accepted: 1,
            refunded: 1,
            open: 2,
            free: 1,
            standing: 1,
            rejected: 1,
            missed: 2,
            uncollected: 1,
            ..Progress::default()
        };
        assert_eq!(progress, expected);
        assert_eq!(
            progress.to_string(),
            "1 of 4 tasks final, 1 refunded; open: 1 free, 1 standing; 1 wrong results, 2 missed deadlines, \
             1 seats to be paid or penalized"
        );
    }

    #[test]
    fn a_hold_that_is_over_leaves_a_seat_to_be_paid() {
        let job = job(vec![first(Phase::Standing, SeatState::Accepted, HOLD)]);
        let before = Progress::of(&job, &[], POSTED_AT);
        assert!(before.is_delivered() && !before.is_decided());
        let after = Progress::of(&job, &[], POSTED_AT + i64::from(HOLD));
        assert!(after.is_decided() && !after.is_settled());
        assert_eq!((after.accepted, after.uncollected), (1, 1));
    }

    #[test]
    fn seats_of_rounds_are_counted_once_their_task_has_ended() {
        let mut seat = first(Phase::Standing, SeatState::Accepted, HOLD);
        seat.settled = 1;
        let mut job = job(vec![seat]);
        job.header.open_rounds = 1.into();
        let mut dispute = round(1, 5);
        dispute.header.unsettled = 5.into();
        dispute.header.to_award = 6.into();
        let end = POSTED_AT + i64::from(HOLD);
        let count = |round: &RoundView, now| {
            let progress = Progress::of(&job, std::slice::from_ref(round), now);
            (progress.uncollected, progress.is_settled())
        };
        assert_eq!(count(&dispute, POSTED_AT), (0, false));
        assert_eq!(count(&dispute, end), (6, false));
        dispute.header.unsettled = 0.into();
        dispute.header.to_award = 0.into();
        assert_eq!(count(&dispute, end), (0, true));
    }
}
