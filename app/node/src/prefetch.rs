//! Prefetch of task content: which tasks of which jobs to fetch next, and the backoff of jobs whose content failed.
//!
//! The tasks of a job share a blob store, so one failed prefetch delays the whole job.

use crate::{retry::backoff, seat_id::JobId};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Wait of a job after its first failed prefetch.
const INITIAL_BACKOFF: Duration = Duration::from_secs(2);
/// Longest wait of a job between two prefetches.
const MAX_BACKOFF: Duration = Duration::from_secs(3_600);
/// Prefetches at the same time for all failing jobs together. A store that hangs holds a thread for minutes; with this
/// limit such stores leave threads to other jobs.
const MAX_FOR_FAILING_JOBS: usize = 2;

/// What is known of the prefetches of one job.
#[derive(Clone, Copy, Debug, Default)]
struct JobBackoff {
    /// Number of the last prefetch that was started; 0 for none.
    last_started: u64,
    /// Failed prefetches in a row.
    failures: u32,
    /// No prefetch starts before this time.
    not_before: Option<Instant>,
}

/// Remembers the prefetches of every job.
#[derive(Debug, Default)]
pub struct PrefetchState {
    /// Prefetches started so far, of all jobs.
    started: u64,
    jobs: HashMap<JobId, JobBackoff>,
}

impl PrefetchState {
    /// Records that a prefetch of a job has started.
    pub fn record_start(&mut self, job: JobId) {
        self.started = self.started.saturating_add(1);
        self.jobs.entry(job).or_default().last_started = self.started;
    }

    /// Records a success, which ends the backoff of the job.
    pub fn record_success(&mut self, job: &JobId) {
        if let Some(state) = self.jobs.get_mut(job) {
            (state.failures, state.not_before) = (0, None);
        }
    }

    /// Records a failure at `now`: each one in a row doubles the wait of the job.
    pub fn record_failure(&mut self, job: JobId, now: Instant) {
        let state = self.jobs.entry(job).or_default();
        let wait = backoff(INITIAL_BACKOFF, state.failures, MAX_BACKOFF);
        state.not_before = now.checked_add(wait);
        state.failures = state.failures.saturating_add(1);
    }

    /// Returns true if no backoff of the job applies at `now`.
    pub fn ready(&self, job: &JobId, now: Instant) -> bool {
        let not_before = self.jobs.get(job).and_then(|state| state.not_before);
        not_before.is_none_or(|time| time <= now)
    }

    /// Returns `tasks` of a job as a candidate; `in_progress` prefetches of the job are not finished.
    pub fn candidate(&self, job: JobId, tasks: Vec<u32>, in_progress: usize) -> PrefetchCandidate {
        let state = self.jobs.get(&job).copied().unwrap_or_default();
        PrefetchCandidate {
            job,
            tasks,
            last_started: state.last_started,
            is_failing: state.failures > 0,
            in_progress,
        }
    }

    /// Forgets the jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        self.jobs.retain(|job, _| is_live(job));
    }
}

/// A job with tasks whose content could be fetched now.
#[derive(Clone, Debug)]
pub struct PrefetchCandidate {
    pub job: JobId,
    /// The tasks, by number in the job, in the order in which to fetch them.
    pub tasks: Vec<u32>,
    /// Number of the job's last prefetch, among those of all jobs; 0 for none.
    pub last_started: u64,
    /// The job's last prefetch failed.
    pub is_failing: bool,
    /// Prefetches of the job that are not finished.
    pub in_progress: usize,
}

impl PrefetchCandidate {
    /// Returns the candidate for tasks whose content workers give out: checks and rounds, whose time is short. They come
    /// first, and failures of the job's store do not count.
    pub fn of_holders(self) -> Self {
        Self {
            last_started: 0,
            is_failing: false,
            ..self
        }
    }
}

/// Selects up to `idle_threads` tasks to fetch. The jobs take turns, one task each; first comes the job whose last
/// prefetch is the longest ago. A failing job gets at most one prefetch at a time, and all failing jobs together get at
/// most [`MAX_FOR_FAILING_JOBS`].
pub fn plan_prefetches(
    mut candidates: Vec<PrefetchCandidate>,
    mut idle_threads: usize,
) -> Vec<(JobId, u32)> {
    candidates.sort_by_key(|candidate| candidate.last_started);
    let failing = candidates.iter().filter(|candidate| candidate.is_failing);
    let in_progress: usize = failing.map(|candidate| candidate.in_progress).sum();
    let mut free = MAX_FOR_FAILING_JOBS.saturating_sub(in_progress);
    for candidate in candidates.iter_mut().filter(|job| job.is_failing) {
        let max = usize::from(candidate.in_progress == 0 && free > 0);
        candidate.tasks.truncate(max);
        free = free.saturating_sub(candidate.tasks.len());
    }
    let mut planned = Vec::new();
    for turn in 0.. {
        let before = planned.len();
        for candidate in &candidates {
            if let Some(task) = candidate.tasks.get(turn).filter(|_| idle_threads > 0) {
                planned.push((candidate.job, *task));
                idle_threads = idle_threads.saturating_sub(1);
            }
        }
        if planned.len() == before {
            break;
        }
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, seat};

    fn candidate(byte: u8, last_started: u64, is_failing: bool) -> PrefetchCandidate {
        PrefetchCandidate {
            job: named(byte),
            tasks: vec![0, 1, 2, 3, 4],
            last_started,
            is_failing,
            in_progress: 0,
        }
    }

    fn named(byte: u8) -> JobId {
        JobId {
            address: address(byte),
            seed: [0; 32],
        }
    }

    #[test]
    fn a_dead_store_is_asked_ever_more_rarely_until_it_answers() {
        let (mut state, job, start) = (PrefetchState::default(), seat(0, 0).job, Instant::now());
        for _ in 0..3 {
            state.record_failure(job, start);
        }
        assert!(!state.ready(&job, start + INITIAL_BACKOFF * 3));
        assert!(state.ready(&job, start + INITIAL_BACKOFF * 4));
        assert!(state.candidate(job, vec![1], 0).is_failing);
        state.record_success(&job);
        assert!(state.ready(&job, start) && !state.candidate(job, vec![1], 0).is_failing);
    }

    #[test]
    fn jobs_take_turns_and_who_waited_longest_begins() {
        let planned = plan_prefetches(vec![candidate(1, 7, false), candidate(2, 3, false)], 3);
        let expected = [(named(2), 0), (named(1), 0), (named(2), 1)];
        assert_eq!(planned, expected);
    }

    #[test]
    fn a_failing_job_gets_one_prefetch_at_a_time() {
        let planned = plan_prefetches(vec![candidate(1, 1, true)], 8);
        assert_eq!(planned, [(named(1), 0)]);
        let busy = PrefetchCandidate {
            in_progress: 1,
            ..candidate(1, 1, true)
        };
        assert!(plan_prefetches(vec![busy], 8).is_empty());
    }

    #[test]
    fn a_round_comes_first_although_the_store_of_its_job_is_dead() {
        let round = candidate(2, 9, true).of_holders();
        let planned = plan_prefetches(vec![candidate(1, 7, false), round], 3);
        assert_eq!(planned, [(named(2), 0), (named(1), 0), (named(2), 1)]);
    }

    #[test]
    fn many_failing_jobs_leave_prefetches_for_others() {
        let mut all: Vec<_> = (1..9).map(|byte| candidate(byte, 0, true)).collect();
        all.push(candidate(9, 5, false));
        let planned = plan_prefetches(all, 4);
        let honest = planned.iter().filter(|(job, _)| *job == named(9));
        assert_eq!((planned.len(), honest.count()), (4, 2));
    }
}
