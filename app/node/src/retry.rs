//! When to act on what has become due, and when to try again what failed.

use crate::seat_id::{JobId, SeatId};
use assay_client::Address;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Something that the node may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// The next step of a seat of ours.
    Step(SeatId),
    Claim(JobId),
    Collect(JobId),
    /// The pay for a result that no store has yet.
    Unpublished(SeatId),
    /// Uploads to a store, by its place in the list.
    Store(usize),
    Task(JobId, u32),
    Penalize(JobId, Address),
    Close(JobId),
    Tally(u64),
    Epoch(u64),
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    until: Instant,
    failures: u32,
}

/// Remembers how long to leave what alone.
#[derive(Debug, Default)]
pub struct Patience {
    waits: HashMap<Matter, Wait>,
}

impl Patience {
    /// Whether to act now. Asked for the first time, it says so only after `delay`, in which others may do it.
    pub fn is_over(&mut self, matter: Matter, delay: Duration, now: Instant) -> bool {
        let wait = self.waits.entry(matter).or_insert(Wait {
            until: now.checked_add(delay).unwrap_or(now),
            failures: 0,
        });
        wait.until <= now
    }

    /// Whether a failed try was so short ago that the next has to wait.
    pub fn waits(&self, matter: Matter, now: Instant) -> bool {
        self.waits.get(&matter).is_some_and(|wait| wait.until > now)
    }

    /// It did not work: twice as long until the next try.
    ///
    /// With `left` until it is too late, the pause is at most a quarter of that, so that several tries remain.
    pub fn failed(&mut self, matter: Matter, left: Option<Duration>, now: Instant) {
        let wait = self.waits.entry(matter).or_insert(Wait {
            until: now,
            failures: 0,
        });
        let factor = 2u32.saturating_pow(wait.failures.min(16));
        let longest = left.map_or(LONGEST_WAIT, |left| (left / 4).max(FIRST_WAIT));
        let pause = FIRST_WAIT.saturating_mul(factor);
        let pause = pause.min(LONGEST_WAIT).min(longest);
        wait.until = now.checked_add(pause).unwrap_or(now);
        wait.failures = wait.failures.saturating_add(1);
    }

    /// It worked, or is no longer due.
    pub fn done(&mut self, matter: Matter) {
        self.waits.remove(&matter);
    }

    /// Forgets the matters of jobs that `lives` does not know.
    pub fn forget_jobs(&mut self, lives: impl Fn(&JobId) -> bool) {
        self.waits.retain(|matter, _| match matter {
            Matter::Step(seat) | Matter::Unpublished(seat) => lives(&seat.job),
            Matter::Collect(job) | Matter::Task(job, _) => lives(job),
            Matter::Claim(job) => lives(job),
            Matter::Penalize(job, _) | Matter::Close(job) => lives(job),
            Matter::Store(_) | Matter::Tally(_) | Matter::Epoch(_) => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_runs_from_the_first_question() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        let delay = Duration::from_secs(2);
        assert!(!patience.is_over(Matter::Tally(1), delay, start));
        assert!(!patience.is_over(Matter::Tally(1), delay, start + delay / 2));
        assert!(patience.is_over(Matter::Tally(1), delay, start + delay));
        assert!(patience.is_over(Matter::Tally(2), Duration::ZERO, start));
    }

    #[test]
    fn failures_are_retried_ever_more_rarely_but_always_again() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        for _ in 0..100 {
            patience.failed(Matter::Epoch(3), None, start);
        }
        let (none, matter) = (Duration::ZERO, Matter::Epoch(3));
        assert!(!patience.is_over(matter, none, start + LONGEST_WAIT - FIRST_WAIT));
        assert!(patience.is_over(matter, none, start + LONGEST_WAIT));
        patience.done(matter);
        assert!(patience.is_over(matter, none, start));
    }

    #[test]
    fn near_a_deadline_tries_come_closer() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        let (matter, left) = (Matter::Epoch(3), Duration::from_secs(40));
        for _ in 0..20 {
            patience.failed(matter, Some(left), start);
        }
        assert!(!patience.is_over(matter, Duration::ZERO, start + left / 5));
        assert!(patience.is_over(matter, Duration::ZERO, start + left / 4));
    }
}
