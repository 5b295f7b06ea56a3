//! What scouts have met with, job by job: a store that is dead for one task is dead for the next.

use crate::{plan::Prospect, seat_id::JobId};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

#[derive(Clone, Copy, Debug, Default)]
struct Report {
    /// Number of the last scout sent.
    last: u64,
    /// Scouts in a row that came back without the content.
    failures: u32,
    /// No other is sent before.
    until: Option<Instant>,
}

#[derive(Debug, Default)]
pub struct Scouting {
    sent: u64,
    reports: HashMap<JobId, Report>,
}

impl Scouting {
    pub fn sent(&mut self, job: JobId) {
        self.sent = self.sent.saturating_add(1);
        self.reports.entry(job).or_default().last = self.sent;
    }

    pub fn succeeded(&mut self, job: &JobId) {
        if let Some(report) = self.reports.get_mut(job) {
            (report.failures, report.until) = (0, None);
        }
    }

    /// Each failure in a row doubles the pause.
    pub fn failed(&mut self, job: JobId, now: Instant) {
        let report = self.reports.entry(job).or_default();
        let factor = 2u32.saturating_pow(report.failures.min(16));
        let pause = FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE);
        report.until = now.checked_add(pause);
        report.failures = report.failures.saturating_add(1);
    }

    /// Whether the pause of a job is over.
    pub fn is_over(&self, job: &JobId, now: Instant) -> bool {
        let until = self.reports.get(job).and_then(|report| report.until);
        until.is_none_or(|until| until <= now)
    }

    pub fn prospect(&self, job: JobId, tasks: Vec<u32>, scouts: usize) -> Prospect {
        let report = self.reports.get(&job).copied().unwrap_or_default();
        Prospect {
            job,
            tasks,
            last: report.last,
            failed: report.failures > 0,
            scouts,
        }
    }

    pub fn forget_jobs(&mut self, lives: impl Fn(&JobId) -> bool) {
        self.reports.retain(|job, _| lives(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::seat;

    #[test]
    fn a_dead_store_is_asked_ever_more_rarely_until_it_answers() {
        let (mut scouting, job, start) = (Scouting::default(), seat(0, 0).job, Instant::now());
        for _ in 0..3 {
            scouting.failed(job, start);
        }
        assert!(!scouting.is_over(&job, start + FIRST_PAUSE * 3));
        assert!(scouting.is_over(&job, start + FIRST_PAUSE * 4));
        assert!(scouting.prospect(job, vec![1], 0).failed);
        scouting.succeeded(&job);
        assert!(scouting.is_over(&job, start) && !scouting.prospect(job, vec![1], 0).failed);
    }
}
