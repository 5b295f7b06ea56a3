//! Gives out module, manifest and input of the tasks that the node contributes to: of a job that names no input the manifest,
//! because the result follows from it alone.
//!
//! A requester can take them back after the contribution and have the result challenged. Whoever cannot fetch them takes no
//! seat of the round, so the requester's friends would fill it and convict this worker. Everything is named by its hash,
//! so others can take it from here without trust.

use super::Node;
use crate::{
    error::NodeError, event::NodeEvent, posting::Posting, publisher::Upload, seat_id::TaskId,
    task_spec::TaskSpec,
};
use assay_client::read_url;
use assay_content::is_loopback;
use std::time::Duration;

impl Node<'_> {
    /// Starts to upload the content of a task to the node's stores, again in each tick until they have it. What a store has
    /// is not uploaded.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub(super) fn give_out(&mut self, posting: &Posting, task: TaskId) -> Result<(), NodeError> {
        let worker = self.sender.worker;
        let spec = || TaskSpec::of(posting, task.task, &worker);
        self.inputs.publish(task, spec)?;
        let Some(url) = read_url(&self.worker) else {
            return Ok(());
        };
        if self.inputs.is_uploaded(self.public_store(&url), &task) {
            if let Some(spec) = spec() {
                self.read_check.ask(&url, spec.manifest())?;
            }
        }
        Ok(())
    }

    /// Reports uploads that failed and a read URL that is of no use to others.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub(super) fn poll_inputs(&mut self) -> Result<(), NodeError> {
        for (_, outcome) in self.inputs.poll()? {
            match outcome {
                Ok(Upload::Done | Upload::Missing) => {}
                Err(error) => self.warn_once(&error),
            }
        }
        let url = read_url(&self.worker);
        let mut reason = self.read_check.poll()?;
        if let Some(fault) = read_url_fault(url.as_deref(), self.sender.client.url()) {
            reason = self.read_check.news(fault);
        }
        if let Some(reason) = reason {
            self.sender.emit(NodeEvent::ReadUrlUnusable { reason });
        }
        Ok(())
    }

    /// Returns whether a contribution or challenge that is due at `deadline`, Unix seconds, may be sent now: others can fetch
    /// the content of its task from this worker, or the time is short, or nobody knows where to ask.
    pub(super) fn may_contribute(&self, task: &TaskId, deadline: i64) -> bool {
        let Some(url) = read_url(&self.worker) else {
            return true;
        };
        let is_uploaded = self.inputs.is_uploaded(self.public_store(&url), task);
        is_uploaded || is_short(self.time_until(deadline), self.config.margin)
    }

    /// Returns whether the store from which others fetch took no input a short while ago.
    pub(super) fn is_upload_of_inputs_failing(&self) -> bool {
        let url = read_url(&self.worker);
        url.is_some_and(|url| self.inputs.is_failing(self.public_store(&url)))
    }

    /// Returns the index of the store that the read URL serves: the one of this URL, otherwise the first.
    fn public_store(&self, read_url: &str) -> usize {
        let url = read_url.trim_end_matches('/');
        let mut stores = self.config.blob_stores.iter();
        let found = stores.position(|store| store.trim_end_matches('/') == url);
        found.unwrap_or(0)
    }
}

/// Returns whether a contribution with so much time left waits for no upload any more. Its transaction needs the margin.
fn is_short(left: Duration, margin: Duration) -> bool {
    left <= margin.saturating_mul(2)
}

/// Returns why nobody else can fetch from a worker's read URL, as far as the URL alone shows it. On a local network, where
/// all nodes ask the network's own store, there may be none.
fn read_url_fault(url: Option<&str>, cluster_url: &str) -> Option<String> {
    if is_loopback(cluster_url) {
        return None;
    }
    match url {
        None => Some(
            "its worker names no read URL; the owner sets it by `assay provider limits --read-url`"
                .to_owned(),
        ),
        Some(url) if is_loopback(url) => Some(format!(
            "its read URL {url} leads to whichever machine follows it; the owner changes it by `assay provider limits --read-url`"
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "https://rpc.example.org";
    const LOCAL: &str = "http://127.0.0.1:8899";

    #[test]
    fn a_missing_or_local_read_url_is_a_fault_unless_the_network_is_local() {
        let fault = |url, cluster| read_url_fault(url, cluster).is_some();
        assert!(fault(None, CLUSTER) && fault(Some(LOCAL), CLUSTER));
        assert!(!fault(Some("https://blobs.example.org"), CLUSTER));
        assert!(!fault(None, LOCAL) && !fault(Some(LOCAL), LOCAL));
    }

    #[test]
    fn a_contribution_waits_for_an_upload_only_while_there_is_time() {
        let margin = Duration::from_secs(15);
        assert!(!is_short(margin * 3, margin));
        assert!(is_short(margin * 2, margin) && is_short(Duration::ZERO, margin));
    }
}
