//! Decides whether and when the node tries an action again.
//!
//! - [`classify`]: whether an error stops one action, all of them, or the node.
//! - [`backoff`]: the formula of every growing wait, also of the node's loop and of prefetches.
//! - [`RetrySchedule`]: when each action may be tried next.
//! - [`retry_after`]: how long to skip a task that could not run here.
//!
//! After a transaction was sent, `assay_client` decides whether to send it again or to give it up.

use crate::{
    error::NodeError,
    seat_id::{JobId, SeatId, TaskId},
    task_spec::TaskError,
};
use assay_client::{cranks::is_lost_race, Address, Error};
use assay_content::ContentError;
use assay_runner::RunnerError;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Wait after the first failure of an action.
const INITIAL_BACKOFF: Duration = Duration::from_millis(500);
/// Longest wait between two attempts of an action.
const MAX_BACKOFF: Duration = Duration::from_secs(300);

/// What a failed attempt means for the rest of the node's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Somebody else took the same step first, or the step is due a little later. Nothing is wrong.
    LostRace,
    /// Only this action failed. It may succeed later, and other actions go on.
    Local,
    /// The RPC server cannot be reached, so no action can succeed now.
    Global,
    /// No later attempt can succeed, so the node stops.
    Fatal,
}

/// Returns what `error` means for the rest of the node's work.
pub fn classify(error: &NodeError) -> ErrorClass {
    match error {
        NodeError::Chain(Error::Unreachable { .. }) => ErrorClass::Global,
        NodeError::Chain(error) if is_lost_race(error) => ErrorClass::LostRace,
        NodeError::Chain(_)
        | NodeError::Content(_)
        | NodeError::Inputs(_)
        | NodeError::PayFrozen
        | NodeError::RentOfOthers(_) => ErrorClass::Local,
        _ => ErrorClass::Fatal,
    }
}

/// Returns the wait before the next attempt: `initial`, doubled `doublings` times (16 at most), but no more than `max`.
pub fn backoff(initial: Duration, doublings: u32, max: Duration) -> Duration {
    let factor = 2u32.saturating_pow(doublings.min(16));
    initial.saturating_mul(factor).min(max)
}

/// Returns how long to skip a task after `error`. A server that is down may come back soon; wrong content hardly becomes
/// right, unless `has_holders`, other workers give out the content, too; a task that is too slow for this machine stays so.
pub fn retry_after(error: &TaskError, has_holders: bool) -> Duration {
    const DAY: Duration = Duration::from_secs(86_400);
    match error {
        TaskError::Fetch(ContentError::HashMismatch { .. } | ContentError::TooLarge { .. })
            if !has_holders =>
        {
            Duration::from_secs(600)
        }
        TaskError::Fetch(_) => Duration::from_secs(15),
        TaskError::StartedLate { .. } => DAY,
        TaskError::Runner(RunnerError::ModuleStruck { .. }) => DAY,
        TaskError::Runner(_) if error.is_too_slow() => DAY,
        TaskError::Runner(_) => Duration::from_secs(10),
    }
}

/// An action that is tried again when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryKey {
    /// Contribute the result of a seat of ours.
    Advance(SeatId),
    /// Open a result, a check or a round of a task, or decide a round.
    Step(TaskId),
    /// Challenge the result of a task.
    Challenge(TaskId),
    /// Claim seats of a job.
    Claim(JobId),
    /// Collect the pay of seats of a job.
    Collect(JobId),
    /// Move the pay of a mint that the worker's account holds to the beneficiary.
    CollectHeld(Address),
    /// Collect the pay of a task although not every store has its result yet.
    AwaitUpload(TaskId),
    /// Upload to the store with this index in the configuration.
    Upload(usize),
    /// Send a crank of a task; the number tells its cranks apart.
    Crank(TaskId, u32),
    /// Close a job.
    Close(JobId),
    /// Tally a worker's work of an epoch.
    Tally(Address, u64),
    /// Finalize or skip an epoch.
    EndEpoch(u64),
    /// Claim the provider's rewards of epochs, the oldest of which is named.
    ClaimRewards(u64),
    /// Let a delegation join the provider's stake.
    Activate(Address),
    /// Give back collateral of a provider that its stake no longer supports.
    Yield(Address),
}

impl RetryKey {
    /// Returns the job that the action belongs to, if it belongs to one.
    fn job(&self) -> Option<&JobId> {
        match self {
            Self::Advance(seat) => Some(&seat.job),
            Self::Step(task)
            | Self::Challenge(task)
            | Self::AwaitUpload(task)
            | Self::Crank(task, _) => Some(&task.job),
            Self::Claim(job) | Self::Collect(job) | Self::Close(job) => Some(job),
            Self::Upload(_)
            | Self::CollectHeld(_)
            | Self::Tally(..)
            | Self::EndEpoch(_)
            | Self::ClaimRewards(_)
            | Self::Activate(_)
            | Self::Yield(_) => None,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    not_before: Instant,
    /// Failures since the action was new or last succeeded.
    failures: u32,
}

/// Remembers when each action may be tried next.
#[derive(Debug, Default)]
pub struct RetrySchedule {
    entries: HashMap<RetryKey, Entry>,
}

impl RetrySchedule {
    /// Returns true if `key` may be tried now. The first call for a key starts a grace period, in which another node may
    /// do the work; after a failure the backoff applies.
    pub fn ready(&mut self, key: RetryKey, grace: Duration, now: Instant) -> bool {
        let entry = self.entries.entry(key).or_insert(Entry {
            not_before: now.checked_add(grace).unwrap_or(now),
            failures: 0,
        });
        entry.not_before <= now
    }

    /// Returns true if `key` must wait. In contrast to [`Self::ready`], this starts no grace period.
    pub fn in_backoff(&self, key: RetryKey, now: Instant) -> bool {
        let entry = self.entries.get(&key);
        entry.is_some_and(|entry| entry.not_before > now)
    }

    /// Records a failure at `now`: each one in a row doubles the wait.
    ///
    /// `time_left` says how soon the action becomes useless. The wait is then at most a quarter of it, so that several
    /// attempts remain.
    pub fn record_failure(&mut self, key: RetryKey, time_left: Option<Duration>, now: Instant) {
        let entry = self.entries.entry(key).or_insert(Entry {
            not_before: now,
            failures: 0,
        });
        let max = time_left.map_or(MAX_BACKOFF, |left| {
            (left / 4).clamp(INITIAL_BACKOFF, MAX_BACKOFF)
        });
        let wait = backoff(INITIAL_BACKOFF, entry.failures, max);
        entry.not_before = now.checked_add(wait).unwrap_or(now);
        entry.failures = entry.failures.saturating_add(1);
    }

    /// Forgets the waits and failures of `key`, because it succeeded or is no longer due.
    pub fn clear(&mut self, key: RetryKey) {
        self.entries.remove(&key);
    }

    /// Forgets the actions of jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        self.entries.retain(|key, _| key.job().is_none_or(&is_live));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_maximum() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        let waits = [0, 1, 2, 6, u32::MAX].map(|doublings| backoff(second, doublings, minute));
        assert_eq!(waits.map(|wait| wait.as_secs()), [1, 2, 4, 60, 60]);
    }

    #[test]
    fn an_outage_concerns_every_action_and_a_wrong_option_the_node() {
        let (url, reason) = (String::new(), String::new());
        let outage = NodeError::Chain(Error::Unreachable { url, reason });
        let failed_upload = NodeError::Content(ContentError::NoBlobStore);
        assert_eq!(classify(&outage), ErrorClass::Global);
        assert_eq!(classify(&failed_upload), ErrorClass::Local);
        assert_eq!(classify(&NodeError::NoCapacity), ErrorClass::Fatal);
    }

    #[test]
    fn wrong_content_is_asked_for_again_soon_if_others_have_the_right_one() {
        let name = assay_content::ContentHash::of(b"input");
        let wrong = TaskError::Fetch(ContentError::HashMismatch {
            from: String::new(),
            expected: name,
            found: name,
        });
        assert_eq!(retry_after(&wrong, true), Duration::from_secs(15));
        assert_eq!(retry_after(&wrong, false), Duration::from_secs(600));
    }

    #[test]
    fn a_grace_period_runs_from_the_first_question() {
        let (mut retries, start) = (RetrySchedule::default(), Instant::now());
        let grace = Duration::from_secs(2);
        let tally = |epoch| RetryKey::Tally(Address::default(), epoch);
        assert!(!retries.ready(tally(1), grace, start));
        assert!(!retries.ready(tally(1), grace, start + grace / 2));
        assert!(retries.ready(tally(1), grace, start + grace));
        assert!(retries.ready(tally(2), Duration::ZERO, start));
    }

    #[test]
    fn failures_are_retried_ever_more_rarely_but_always_again() {
        let (mut retries, start) = (RetrySchedule::default(), Instant::now());
        for _ in 0..100 {
            retries.record_failure(RetryKey::EndEpoch(3), None, start);
        }
        let (no_grace, key) = (Duration::ZERO, RetryKey::EndEpoch(3));
        assert!(!retries.ready(key, no_grace, start + MAX_BACKOFF - INITIAL_BACKOFF));
        assert!(retries.ready(key, no_grace, start + MAX_BACKOFF));
        retries.clear(key);
        assert!(retries.ready(key, no_grace, start));
    }

    #[test]
    fn near_a_deadline_tries_come_closer() {
        let (mut retries, start) = (RetrySchedule::default(), Instant::now());
        let (key, time_left) = (RetryKey::EndEpoch(3), Duration::from_secs(40));
        for _ in 0..20 {
            retries.record_failure(key, Some(time_left), start);
        }
        assert!(!retries.ready(key, Duration::ZERO, start + time_left / 5));
        assert!(retries.ready(key, Duration::ZERO, start + time_left / 4));
    }
}
