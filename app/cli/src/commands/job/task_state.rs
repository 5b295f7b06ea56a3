//! The state of a task in one word.

use assay_client::JobView;
use assay_market::game::{Phase, SeatState};
use serde::Serialize;
use std::fmt;

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Nobody holds its first seat.
    Free,
    /// A worker runs it.
    Claimed,
    /// At least one result is contributed, and further seats or the opening are still to come.
    Contributed,
    /// A drawn check runs.
    Checking,
    /// Contributions differ: a round is due.
    Split,
    /// The result is public. It becomes final at the end of its hold unless somebody contradicts it.
    Standing,
    /// As `Standing`, while a check runs that the requester asked for.
    Rechecking,
    /// A round decides.
    Disputed,
    /// Ended: verified and paid.
    Final,
    /// Ended: paid, but nobody took its check or decided about a disagreement.
    Unproven,
    /// Ended without a result; the price returns.
    Refunded,
    /// Taken back by the requester.
    Cancelled,
}

impl TaskState {
    /// Returns the state of a task at `now` (Unix time).
    pub fn of(job: &JobView, task: u32, now: i64) -> Self {
        let first = job.task(task).first();
        match job.phase(task, now) {
            Phase::Running => match first.map(|first| first.state()) {
                None | Some(SeatState::Free) => Self::Free,
                Some(SeatState::Claimed) => Self::Claimed,
                Some(_) => Self::Contributed,
            },
            Phase::Checking => Self::Checking,
            Phase::Split => Self::Split,
            Phase::Standing => Self::Standing,
            Phase::Rechecking => Self::Rechecking,
            Phase::Disputed => Self::Disputed,
            Phase::Final => Self::Final,
            Phase::Unproven => Self::Unproven,
            Phase::Refunded => Self::Refunded,
            Phase::Cancelled => Self::Cancelled,
        }
    }

    /// Returns whether the task is over.
    pub fn is_end(self) -> bool {
        matches!(
            self,
            Self::Final | Self::Unproven | Self::Refunded | Self::Cancelled
        )
    }

    /// Returns whether the task has a public result that nobody disputes at the moment.
    pub fn has_result(self) -> bool {
        matches!(
            self,
            Self::Standing | Self::Rechecking | Self::Final | Self::Unproven
        )
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Free => "free",
            Self::Claimed => "claimed",
            Self::Contributed => "contributed",
            Self::Checking => "checking",
            Self::Split => "split",
            Self::Standing => "standing",
            Self::Rechecking => "rechecking",
            Self::Disputed => "disputed",
            Self::Final => "final",
            Self::Unproven => "unproven",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
        })
    }
}

/// Returns the digest of the result of a task that nobody disputes at `now` (Unix time): of a standing result, which may
/// still be contradicted, or of one that has ended.
pub fn result_digest(job: &JobView, task: u32, now: i64) -> Option<[u8; 32]> {
    let state = TaskState::of(job, task, now);
    job.digest(task).filter(|_| state.has_result())
}

#[cfg(test)]
pub mod fixtures {
    //! Jobs as they lie on the chain, for tests.

    use super::*;
    use assay_client::{Address, RoundView};
    use assay_market::{
        game::{task::flag, Seat},
        state::{Job, RoundHeader},
    };

    /// Unix time of the posting.
    pub const POSTED_AT: i64 = 1_000;
    /// Hold of a standing result, seconds.
    pub const HOLD: u32 = 100;

    /// Returns the first seat of a task in this phase, which ends at `until` seconds after the posting.
    pub fn first(phase: Phase, state: SeatState, until: u32) -> Seat {
        Seat {
            worker: Address::new_from_array([7; 32]),
            hash: [9; 32],
            phase: phase as u8,
            state: state as u8,
            until: until.into(),
            flags: if matches!(phase, Phase::Running | Phase::Cancelled) {
                0
            } else {
                flag::OPEN
            },
            ..Seat::default()
        }
    }

    /// Returns a check or round of task 0 with so many free seats.
    pub fn round(kind: u8, seats: usize) -> RoundView {
        let mut header: RoundHeader = bytemuck::Zeroable::zeroed();
        header.kind = kind;
        RoundView {
            address: Address::default(),
            header,
            seats: vec![Seat::default(); seats],
        }
    }

    /// Returns a job whose tasks have one seat each.
    pub fn job(seats: Vec<Seat>) -> JobView {
        let mut header: Job = bytemuck::Zeroable::zeroed();
        header.posted_at = POSTED_AT.into();
        header.hold = HOLD.into();
        header.task_count = u32::try_from(seats.len()).unwrap().into();
        JobView {
            address: Address::default(),
            header,
            seats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fixtures::*, *};

    #[test]
    fn a_result_stands_until_its_hold_is_over() {
        let job = job(vec![first(Phase::Standing, SeatState::Accepted, HOLD)]);
        let end = POSTED_AT + i64::from(HOLD);
        assert_eq!(TaskState::of(&job, 0, end - 1), TaskState::Standing);
        assert_eq!(TaskState::of(&job, 0, end), TaskState::Final);
        assert_eq!(result_digest(&job, 0, end - 1), Some([9; 32]));
    }

    #[test]
    fn a_disputed_or_refunded_task_has_no_result() {
        for phase in [Phase::Split, Phase::Disputed, Phase::Refunded] {
            let job = job(vec![first(phase, SeatState::Contributed, u32::MAX)]);
            assert_eq!(result_digest(&job, 0, POSTED_AT), None, "{phase:?}");
        }
    }

    #[test]
    fn a_running_task_is_described_by_its_first_seat() {
        let state = |seat| {
            let job = job(vec![first(Phase::Running, seat, 0)]);
            TaskState::of(&job, 0, POSTED_AT)
        };
        assert_eq!(state(SeatState::Free), TaskState::Free);
        assert_eq!(state(SeatState::Claimed), TaskState::Claimed);
        assert_eq!(state(SeatState::Contributed), TaskState::Contributed);
    }

    #[test]
    fn text_and_json_use_the_same_words() {
        for state in [
            TaskState::Standing,
            TaskState::Rechecking,
            TaskState::Unproven,
        ] {
            let json = serde_json::to_value(state).unwrap();
            assert_eq!(json, state.to_string());
        }
    }
}
