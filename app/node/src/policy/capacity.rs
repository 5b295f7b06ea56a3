//! What this machine can run in time.

use std::time::Duration;

/// A run of a seat of ours, started or waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledRun {
    /// Longest time that the run, or what is left of it, may take.
    pub max_runtime: Duration,
    /// Chain time by which its contribution must be on chain, Unix seconds.
    pub contribute_by: i64,
    pub has_started: bool,
}

/// The runs that this machine has to finish.
#[derive(Clone, Debug)]
pub struct Load {
    /// Runs at the same time.
    pub parallelism: usize,
    /// Chain time, Unix seconds.
    pub now: i64,
    /// Time that claim and contribution may take besides the run.
    pub margin: Duration,
    pub runs: Vec<ScheduledRun>,
}

impl Load {
    /// Adds `run` and returns true if it finishes in time and makes no other run late. Returns false and changes nothing
    /// otherwise.
    pub fn try_reserve(&mut self, run: ScheduledRun) -> bool {
        let before = self.runs_on_time();
        self.runs.push(run);
        let fits = self.runs_on_time() > before;
        if !fits {
            self.runs.pop();
        }
        fits
    }

    /// Returns how many runs finish in time if each takes its `max_runtime`. Started runs go first, then those with the
    /// earliest deadline.
    fn runs_on_time(&self) -> usize {
        let mut busy_until = vec![Duration::ZERO; self.parallelism.max(1)];
        let mut runs: Vec<&ScheduledRun> = self.runs.iter().collect();
        runs.sort_by_key(|run| (!run.has_started, run.contribute_by));
        let mut on_time = 0usize;
        for run in runs {
            let Some(first_free) = busy_until.iter_mut().min() else {
                break;
            };
            *first_free = first_free.saturating_add(run.max_runtime);
            let left = u64::try_from(run.contribute_by.saturating_sub(self.now)).unwrap_or(0);
            if first_free.saturating_add(self.margin) <= Duration::from_secs(left) {
                on_time = on_time.saturating_add(1);
            }
        }
        on_time
    }
}

/// Returns the longest time that a task may take here, or `None` if it exceeds `wall_limit`, the longest time that this
/// machine lets a task run.
///
/// The bound is the job's `fuel` limit divided by the measured rate `fuel_per_second` (which is halved already), or the
/// `longest` run of this job so far if that is longer. Past runs alone prove nothing, because the requester chooses each
/// input. Memory-bound code can be slower than measured, so a job without a run here gets one claim at a time. An external
/// command reports no fuel (`fuel_per_second` is `None`); its bound is `wall_limit`, at which it is killed.
pub fn max_runtime(
    fuel: u64,
    fuel_per_second: Option<u64>,
    longest: Option<Duration>,
    wall_limit: Duration,
) -> Option<Duration> {
    let Some(rate) = fuel_per_second else {
        return Some(wall_limit);
    };
    let millis = u128::from(fuel).saturating_mul(1_000) / u128::from(rate.max(1));
    let by_fuel = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
    let bound = by_fuel.max(longest.unwrap_or_default());
    (bound <= wall_limit).then_some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn run(max_runtime: u64, contribute_by: i64) -> ScheduledRun {
        ScheduledRun {
            max_runtime: secs(max_runtime),
            contribute_by,
            has_started: false,
        }
    }

    fn load(parallelism: usize, runs: &[ScheduledRun]) -> Load {
        Load {
            parallelism,
            now: 1_000,
            margin: secs(5),
            runs: runs.to_vec(),
        }
    }

    #[test]
    fn a_run_fits_if_its_time_and_the_margin_fit() {
        assert!(load(1, &[]).try_reserve(run(55, 1_060)));
        assert!(!load(1, &[]).try_reserve(run(56, 1_060)));
        assert!(!load(1, &[]).try_reserve(run(0, 1_001)), "a window of 1 s");
    }

    #[test]
    fn runs_with_an_earlier_deadline_count_whatever_their_job() {
        assert!(load(1, &[run(30, 1_040)]).try_reserve(run(25, 1_060)));
        assert!(!load(1, &[run(30, 1_040)]).try_reserve(run(26, 1_060)));
        assert!(load(2, &[run(30, 1_040)]).try_reserve(run(55, 1_060)));
    }

    #[test]
    fn a_started_run_goes_first_whatever_its_deadline() {
        let started = ScheduledRun {
            has_started: true,
            ..run(40, 9_000)
        };
        assert!(!load(1, &[started]).try_reserve(run(20, 1_060)));
        assert!(load(1, &[run(40, 9_000)]).try_reserve(run(20, 1_060)));
    }

    #[test]
    fn a_run_that_would_make_another_late_is_not_reserved() {
        let mut busy = load(1, &[run(50, 1_060)]);
        assert!(!busy.try_reserve(run(10, 1_020)));
        assert_eq!(busy.runs.len(), 1);
        assert!(busy.try_reserve(run(10, 1_070)));
    }

    #[test]
    fn a_run_that_is_late_anyway_only_takes_its_own_time() {
        assert!(load(1, &[run(10, 1_001)]).try_reserve(run(10, 1_060)));
        assert!(!load(1, &[run(50, 1_001)]).try_reserve(run(10, 1_060)));
    }

    #[test]
    fn fuel_bounds_the_time_and_a_longer_run_raises_the_bound() {
        let bound = |fuel, longest| max_runtime(fuel, Some(100), longest, secs(60));
        assert_eq!(bound(1_000, None), Some(secs(10)));
        assert_eq!(bound(1_000, Some(secs(3))), Some(secs(10)));
        assert_eq!(bound(1_000, Some(secs(30))), Some(secs(30)));
        assert_eq!(bound(6_001, None), None);
        assert_eq!(bound(u64::MAX, Some(secs(1))), None);
    }

    #[test]
    fn an_external_command_may_take_the_whole_wall_limit() {
        let bound = max_runtime(1, None, Some(secs(1)), secs(60));
        assert_eq!(bound, Some(secs(60)));
    }
}
