//! Checks in a thread that others can fetch what this node gives out.

use crate::{content_stores::ContentStores, error::NodeError, worker_pool::WorkerPool};
use assay_content::{blobs_url, ContentError, ContentHash, MAX_CONTENT};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Time between two checks of a read URL.
const INTERVAL: Duration = Duration::from_secs(60);

/// The thread that checks, and what is known of the read URL.
pub struct ReadCheck {
    pool: WorkerPool<(), (String, ContentHash), Result<(), ContentError>>,
    /// The URL that was last asked, and when.
    asked: Option<(String, Instant)>,
    /// What was last reported and still applies.
    reported: Option<String>,
}

impl ReadCheck {
    /// Starts the thread.
    pub fn start(stores: Arc<ContentStores>) -> Self {
        let check = move |(url, name): (String, ContentHash)| {
            let store = &stores.remote;
            store.check_served(&blobs_url(&url), name, MAX_CONTENT)
        };
        Self {
            pool: WorkerPool::start(1, check),
            asked: None,
            reported: None,
        }
    }

    /// Starts to ask `url` for `name`, something that this node has uploaded, unless it was asked a short while ago.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn ask(&mut self, url: &str, name: ContentHash) -> Result<(), NodeError> {
        let was_asked = self
            .asked
            .as_ref()
            .is_some_and(|(asked, at)| asked == url && at.elapsed() < INTERVAL);
        if was_asked || self.pool.idle_threads() == 0 {
            return Ok(());
        }
        self.asked = Some((url.to_owned(), Instant::now()));
        self.pool.submit((), (url.to_owned(), name))
    }

    /// Returns what to report of the check that ended since the last call, if it is new.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn poll(&mut self) -> Result<Option<String>, NodeError> {
        let Some(((), outcome)) = self.pool.poll(Duration::ZERO)? else {
            return Ok(None);
        };
        Ok(match outcome {
            Some(Ok(())) => {
                self.reported = None;
                None
            }
            Some(Err(error)) => self.news(format!(
                "its read URL does not serve what was uploaded: {error}"
            )),
            // The thread panicked; the next check tells.
            None => None,
        })
    }

    /// Returns `reason` if it was not the last one reported.
    pub fn news(&mut self, reason: String) -> Option<String> {
        if self.reported.as_ref() == Some(&reason) {
            return None;
        }
        self.reported = Some(reason.clone());
        Some(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::stores;
    use std::thread;

    /// Asks a URL at which nothing listens, and returns what there is to report.
    fn ask(check: &mut ReadCheck) -> Option<String> {
        let name = ContentHash::of(b"manifest");
        check.asked = None;
        check.ask("http://127.0.0.1:9", name).unwrap();
        while check.pool.idle_threads() == 0 {
            if let Some(reason) = check.poll().unwrap() {
                return Some(reason);
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    #[test]
    fn a_url_that_does_not_serve_is_reported_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut check = ReadCheck::start(Arc::new(stores(dir.path(), Vec::new())));
        let reason = ask(&mut check).expect("a report");
        assert!(reason.contains("does not serve"), "{reason}");
        assert_eq!(ask(&mut check), None);
        assert!(check.news("another reason".to_owned()).is_some());
        assert!(ask(&mut check).is_some());
    }
}
