//! In which order the URLs of strangers are asked.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Longest whole download from a URL while another one is left to ask.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long a URL that failed is asked last.
const DEMOTION: Duration = Duration::from_secs(600);
/// Failed URLs that are remembered. Strangers choose them, and must not fill the memory.
const MAX_FAILED: usize = 1_000;

/// Remembers the URLs that failed.
///
/// A stranger can name a server that answers slowly or never. It then costs its time once, and not for each content.
#[derive(Debug, Default)]
pub(crate) struct SourceOrder {
    /// When each URL failed last.
    failed: Mutex<HashMap<String, Instant>>,
}

impl SourceOrder {
    /// Returns `urls` in the order in which to ask them: each once, as given, but those that lately failed last.
    pub(crate) fn of(&self, urls: Vec<String>) -> Vec<String> {
        let failed = self.failed();
        let mut seen = HashSet::new();
        let (mut order, last): (Vec<String>, Vec<String>) = urls
            .into_iter()
            .filter(|url| seen.insert(url.clone()))
            .partition(|url| !failed.get(url).is_some_and(is_recent));
        order.extend(last);
        order
    }

    pub(crate) fn record_failure(&self, url: &str) {
        let mut failed = self.failed();
        if failed.len() >= MAX_FAILED {
            failed.retain(|_, at| is_recent(at));
        }
        if failed.len() < MAX_FAILED || failed.contains_key(url) {
            failed.insert(url.to_owned(), Instant::now());
        }
    }

    pub(crate) fn record_success(&self, url: &str) {
        self.failed().remove(url);
    }

    fn failed(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_recent(at: &Instant) -> bool {
    at.elapsed() < DEMOTION
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(sources: &SourceOrder) -> Vec<String> {
        sources.of(["job", "first", "late", "first"].map(str::to_owned).into())
    }

    #[test]
    fn urls_are_asked_once_each_in_their_order() {
        assert_eq!(order(&SourceOrder::default()), ["job", "first", "late"]);
    }

    #[test]
    fn a_url_that_failed_is_asked_last_until_it_serves_again() {
        let sources = SourceOrder::default();
        sources.record_failure("job");
        assert_eq!(order(&sources), ["first", "late", "job"]);
        sources.record_failure("late");
        assert_eq!(order(&sources), ["first", "job", "late"]);
        sources.record_success("job");
        assert_eq!(order(&sources), ["job", "first", "late"]);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let sources = SourceOrder::default();
        for number in 0..MAX_FAILED + 10 {
            sources.record_failure(&number.to_string());
        }
        assert_eq!(sources.failed().len(), MAX_FAILED);
    }
}
