use std::time::Duration;

/// A run of a seat of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Longest that it, or what is left of it, may take.
    pub takes: Duration,
    /// Chain time at which its commitment must have arrived.
    pub commit_by: i64,
    pub has_begun: bool,
}

/// What this machine has to run.
#[derive(Clone, Debug)]
pub struct Load {
    /// Runs at the same time.
    pub lanes: usize,
    /// Chain time.
    pub now: i64,
    /// What claiming and committing may take besides the run.
    pub margin: Duration,
    pub runs: Vec<Run>,
}

impl Load {
    /// Takes on another run if it will be in time, and makes no other late that would have been in time.
    pub fn take_on(&mut self, run: Run) -> bool {
        let before = self.on_time();
        self.runs.push(run);
        let fits = self.on_time() > before;
        if !fits {
            self.runs.pop();
        }
        fits
    }

    /// How many runs are in time when each takes as long as it may.
    fn on_time(&self) -> usize {
        let mut lanes = vec![Duration::ZERO; self.lanes.max(1)];
        let mut order: Vec<&Run> = self.runs.iter().collect();
        order.sort_by_key(|run| (!run.has_begun, run.commit_by));
        let mut on_time = 0usize;
        for run in order {
            let Some(lane) = lanes.iter_mut().min() else {
                break;
            };
            *lane = lane.saturating_add(run.takes);
            let left = u64::try_from(run.commit_by.saturating_sub(self.now)).unwrap_or(0);
            if lane.saturating_add(self.margin) <= Duration::from_secs(left) {
                on_time = on_time.saturating_add(1);
            }
        }
        on_time
    }
}

/// How long a task may take here; `None` if longer than this machine lets a task run.
///
/// Only what the job fixes can bound it, not how long others of its tasks took: the requester chooses inputs one by one.
/// A sandbox stops at the job's fuel, burnt at no less than `fuel_per_second`, which is measured with slow instructions
/// and halved. A program made of nothing but cache misses burns still less; that is why of a job that is new here only
/// one seat is held at a time until one has run. Of an external command, which burns no fuel (`fuel_per_second` is
/// `None`), nothing is known but that it is killed at `wall_limit`.
pub fn worst_case(
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
    let takes = by_fuel.max(longest.unwrap_or_default());
    (takes <= wall_limit).then_some(takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn run(takes: u64, commit_by: i64) -> Run {
        Run {
            takes: secs(takes),
            commit_by,
            has_begun: false,
        }
    }

    fn load(lanes: usize, runs: &[Run]) -> Load {
        Load {
            lanes,
            now: 1_000,
            margin: secs(5),
            runs: runs.to_vec(),
        }
    }

    #[test]
    fn a_run_fits_if_margin_and_all() {
        assert!(load(1, &[]).take_on(run(55, 1_060)));
        assert!(!load(1, &[]).take_on(run(56, 1_060)));
        assert!(!load(1, &[]).take_on(run(0, 1_001)), "a window of 1 s");
    }

    #[test]
    fn what_must_be_done_earlier_is_counted_whatever_job_it_is_of() {
        assert!(load(1, &[run(30, 1_040)]).take_on(run(25, 1_060)));
        assert!(!load(1, &[run(30, 1_040)]).take_on(run(26, 1_060)));
        assert!(load(2, &[run(30, 1_040)]).take_on(run(55, 1_060)));
    }

    #[test]
    fn what_has_begun_goes_on_first_whenever_it_is_due() {
        let begun = Run {
            has_begun: true,
            ..run(40, 9_000)
        };
        assert!(!load(1, &[begun]).take_on(run(20, 1_060)));
        assert!(load(1, &[run(40, 9_000)]).take_on(run(20, 1_060)));
    }

    #[test]
    fn a_run_that_would_make_another_late_is_not_taken_on() {
        let mut busy = load(1, &[run(50, 1_060)]);
        assert!(!busy.take_on(run(10, 1_020)));
        assert_eq!(busy.runs.len(), 1);
        assert!(busy.take_on(run(10, 1_070)));
    }

    #[test]
    fn what_is_late_anyway_blocks_nothing_but_its_lane() {
        assert!(load(1, &[run(10, 1_001)]).take_on(run(10, 1_060)));
        assert!(!load(1, &[run(50, 1_001)]).take_on(run(10, 1_060)));
    }

    #[test]
    fn fuel_bounds_the_time_and_what_was_measured_counts_when_it_is_longer() {
        let worst = |fuel, longest| worst_case(fuel, Some(100), longest, secs(60));
        assert_eq!(worst(1_000, None), Some(secs(10)));
        assert_eq!(worst(1_000, Some(secs(3))), Some(secs(10)));
        assert_eq!(worst(1_000, Some(secs(30))), Some(secs(30)));
        assert_eq!(worst(6_001, None), None);
        assert_eq!(worst(u64::MAX, Some(secs(1))), None);
    }

    #[test]
    fn an_external_command_may_take_all_it_is_given() {
        assert_eq!(worst_case(1, None, Some(secs(1)), secs(60)), Some(secs(60)));
    }
}
