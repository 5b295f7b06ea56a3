//! One task in full, as `assay job show` reports it: its seats, its check and its rounds.

use super::task_state::{result_digest, TaskState};
use crate::output::format_time;
use assay_client::{Address, JobView, RoundView};
use assay_market::{
    game::{Seat, SeatState},
    state::Source,
};
use serde::Serialize;
use std::fmt;

/// A task.
#[derive(Serialize)]
pub struct TaskReport {
    task: u32,
    state: TaskState,
    /// Of a standing result or a split task: Unix time of the end of its hold, or of the time for a round.
    until: Option<i64>,
    /// Digest of the public result; `None` while it is disputed.
    digest: Option<String>,
    /// Digest of the verified result.
    accepted: Option<String>,
    /// The seats in the job's account: the first, then the late ones.
    seats: Vec<SeatReport>,
    /// The seat of a drawn check or of the requester's own.
    check: Option<SeatReport>,
    rounds: Vec<RoundReport>,
}

/// A seat.
#[derive(Serialize)]
struct SeatReport {
    state: &'static str,
    worker: Option<String>,
    /// Deadlines that workers missed in it.
    misses: u8,
}

/// A round.
#[derive(Serialize)]
struct RoundReport {
    /// `dispute` or `appeal`.
    kind: &'static str,
    /// `drawing`, `open`, `majority`, `no majority` or `overturned`.
    state: &'static str,
    /// Unix time after which nothing is contributed any more.
    ends_at: i64,
    /// Worker that contradicted the result; `None` if seats disagreed by themselves.
    challenger: Option<String>,
    seats: Vec<SeatReport>,
}

impl TaskReport {
    /// Describes a task at `now` (Unix time). `rounds` are the accounts of the job's checks and rounds.
    pub fn of(job: &JobView, rounds: &[RoundView], task: u32, now: i64) -> Self {
        let state = TaskState::of(job, task, now);
        let own = rounds.iter().filter(|round| round.task() == task);
        let (checks, mut rounds): (Vec<_>, Vec<_>) =
            own.partition(|round| round.source() == Source::Check);
        rounds.sort_by_key(|round| round.source() as u8);
        let first = job.task(task).first();
        let has_end = matches!(state, TaskState::Standing | TaskState::Split);
        let until = first.filter(|_| has_end).map(|first| first.until.get());
        let digest = result_digest(job, task, now).map(hex::encode);
        let check = checks.first().and_then(|check| check.seats.first());
        Self {
            task,
            state,
            until: until.map(|until| job.header.unix_time(until)),
            accepted: digest.clone().filter(|_| state == TaskState::Final),
            digest,
            seats: job.task(task).iter().map(SeatReport::of).collect(),
            check: check.map(SeatReport::of),
            rounds: rounds.iter().map(|r| RoundReport::of(job, r)).collect(),
        }
    }
}

impl SeatReport {
    fn of(seat: &Seat) -> Self {
        Self {
            state: match seat.state() {
                SeatState::Free => "free",
                SeatState::Claimed => "claimed",
                SeatState::Contributed => "contributed",
                SeatState::Closed => "closed",
                SeatState::Accepted => "accepted",
                SeatState::Rejected => "rejected",
                SeatState::Void => "void",
                SeatState::Missed => "missed",
            },
            worker: (seat.worker != Address::default()).then(|| seat.worker.to_string()),
            misses: seat.misses,
        }
    }
}

impl RoundReport {
    fn of(job: &JobView, view: &RoundView) -> Self {
        let round = &view.header.round;
        let is_appeal = view.source() == Source::Appeal;
        Self {
            kind: if is_appeal { "appeal" } else { "dispute" },
            state: match round.verdict {
                0 if round.is_drawn() => "open",
                0 => "drawing",
                1 => "majority",
                2 => "no majority",
                _ => "overturned",
            },
            ends_at: job.header.unix_time(round.ends_at(&job.header.rules())),
            challenger: round
                .has_challenger()
                .then(|| round.challenger.worker.to_string()),
            seats: view.seats.iter().map(SeatReport::of).collect(),
        }
    }
}

/// Returns how many seats there are in each state, in words.
fn count(seats: &[SeatReport]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for seat in seats {
        match counts.iter_mut().find(|(state, _)| *state == seat.state) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((seat.state, 1)),
        }
    }
    let shown: Vec<_> = counts
        .iter()
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    shown.join(", ")
}

impl fmt::Display for TaskReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  task {:<4} {}", self.task, self.state)?;
        if let Some(until) = self.until {
            write!(f, " until {}", format_time(until))?;
        }
        let seats: Vec<_> = self.seats.iter().map(|seat| seat.state).collect();
        write!(f, "; seats: {}", seats.join(" "))?;
        if let Some(check) = &self.check {
            write!(f, "; check: {}", check.state)?;
        }
        for round in &self.rounds {
            let RoundReport {
                kind, state, seats, ..
            } = round;
            write!(f, "; {kind} ({state}): {}", count(seats))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use assay_market::game::Phase;

    #[test]
    fn a_standing_task_shows_the_end_of_its_hold() {
        let job = job(vec![first(Phase::Standing, SeatState::Accepted, HOLD)]);
        let json = serde_json::to_value(TaskReport::of(&job, &[], 0, POSTED_AT)).unwrap();
        assert_eq!(json["state"], "standing");
        assert_eq!(json["until"], POSTED_AT + i64::from(HOLD));
        assert_eq!(json["digest"], "09".repeat(32));
        assert!(json["accepted"].is_null());
        assert_eq!(json["seats"][0]["state"], "accepted");
        let over = POSTED_AT + i64::from(HOLD);
        let json = serde_json::to_value(TaskReport::of(&job, &[], 0, over)).unwrap();
        assert_eq!(
            (&json["state"], &json["until"]),
            (&"final".into(), &().into())
        );
        assert_eq!(json["accepted"], "09".repeat(32));
    }

    #[test]
    fn checks_and_rounds_are_shown_with_their_task() {
        let job = job(vec![first(Phase::Disputed, SeatState::Contributed, 0)]);
        let rounds = [round(2, 45), round(1, 5), round(0, 1)];
        let text = TaskReport::of(&job, &rounds, 0, POSTED_AT).to_string();
        assert_eq!(
            text,
            "  task 0    disputed; seats: contributed; check: free; dispute (drawing): 5 free; appeal (drawing): 45 free"
        );
    }
}
