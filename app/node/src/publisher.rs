//! Uploads results to the blob stores in threads, so that the node's loop only asks whether they are there.

use crate::{
    error::NodeError,
    journal::StoredResult,
    output_store::OutputStore,
    retry::{RetryKey, RetrySchedule},
    seat_id::{JobId, TaskId},
    worker_pool::WorkerPool,
};
use assay_content::{publish_result, ContentStore};
use assay_runner::RunnerError;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

/// Results that are uploaded to one store at the same time.
const UPLOADS: usize = 2;
/// Longest time that an upload delays the pay for its result. The node uploads first, so that whoever sees a seat paid
/// finds its result.
pub const MAX_UPLOAD_DELAY: Duration = Duration::from_secs(30);

/// Outcome of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Every store has the result.
    Done,
    /// The output is not on this disk any more, so no store will get it.
    Missing,
}

type UploadResult = Result<Upload, NodeError>;

/// Uploads to one store. Each store has its own threads and its own backoff, so that one that is down delays no other.
struct StoreUploader {
    pool: WorkerPool<TaskId, (TaskId, StoredResult), UploadResult>,
    in_progress: HashSet<TaskId>,
    uploaded: HashSet<TaskId>,
}

/// Uploads results to every blob store.
pub struct Publisher {
    uploaders: Vec<StoreUploader>,
    /// Backoff of each store, by its index.
    retries: RetrySchedule,
}

impl Publisher {
    /// Starts the threads that upload results, with their outputs from `outputs`, to all of `stores`.
    pub fn start(outputs: &OutputStore, stores: Vec<ContentStore>) -> Self {
        let uploader = |store: ContentStore| {
            let outputs = outputs.clone();
            let upload = move |(task, result): (TaskId, StoredResult)| {
                let Some(output) = outputs.read(&task)? else {
                    return Ok(Upload::Missing);
                };
                publish_result(&store, &result.with_output(output))?;
                Ok(Upload::Done)
            };
            StoreUploader {
                pool: WorkerPool::start(UPLOADS, upload),
                in_progress: HashSet::new(),
                uploaded: HashSet::new(),
            }
        };
        Self {
            uploaders: stores.into_iter().map(uploader).collect(),
            retries: RetrySchedule::default(),
        }
    }

    /// Starts to upload a task's result to each store that does not have it, if that store has an idle thread and is not
    /// in backoff. Call it again until [`Self::poll`] returns the result.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn publish(&mut self, task: TaskId, result: StoredResult) -> Result<(), NodeError> {
        for (index, uploader) in self.uploaders.iter_mut().enumerate() {
            let is_started =
                uploader.uploaded.contains(&task) || uploader.in_progress.contains(&task);
            let in_backoff = self
                .retries
                .in_backoff(RetryKey::Upload(index), Instant::now());
            if !is_started && !in_backoff && uploader.pool.idle_threads() > 0 {
                uploader.in_progress.insert(task);
                uploader.pool.submit(task, (task, result))?;
            }
        }
        Ok(())
    }

    /// Returns what was finished since the last call: results that every store has, results whose output is missing, and
    /// failed uploads.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn poll(&mut self) -> Result<Vec<(TaskId, UploadResult)>, NodeError> {
        let mut finished = Vec::new();
        for index in 0..self.uploaders.len() {
            let key = RetryKey::Upload(index);
            while let Some((task, outcome)) = self.poll_store(index)? {
                let panicked = || Err(RunnerError::HostError("the upload crashed".into()).into());
                match outcome.unwrap_or_else(panicked) {
                    Ok(Upload::Done) => {
                        self.retries.clear(key);
                        let mut uploaders = self.uploaders.iter();
                        if uploaders.all(|uploader| uploader.uploaded.contains(&task)) {
                            finished.push((task, Ok(Upload::Done)));
                        }
                    }
                    Ok(Upload::Missing) => finished.push((task, Ok(Upload::Missing))),
                    Err(error) => {
                        let time_left = Some(MAX_UPLOAD_DELAY);
                        self.retries.record_failure(key, time_left, Instant::now());
                        finished.push((task, Err(error)));
                    }
                }
            }
        }
        Ok(finished)
    }

    /// Takes the next finished upload to a store. Uploads of forgotten jobs are skipped. The outcome is `None` if the
    /// thread panicked.
    fn poll_store(
        &mut self,
        index: usize,
    ) -> Result<Option<(TaskId, Option<UploadResult>)>, NodeError> {
        let Some(uploader) = self.uploaders.get_mut(index) else {
            return Ok(None);
        };
        while let Some((task, outcome)) = uploader.pool.poll(Duration::ZERO)? {
            if !uploader.in_progress.remove(&task) {
                continue;
            }
            if matches!(outcome, Some(Ok(Upload::Done))) {
                uploader.uploaded.insert(task);
            }
            return Ok(Some((task, outcome)));
        }
        Ok(None)
    }

    /// Forgets the results of jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        for uploader in &mut self.uploaders {
            uploader.in_progress.retain(|task| is_live(&task.job));
            uploader.uploaded.retain(|task| is_live(&task.job));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::task;
    use assay_content::{JobUrls, StoreConfig};
    use std::{path::Path, thread};

    /// Returns a publisher to one store, at whose address nothing listens.
    fn publisher(dir: &Path, outputs: &OutputStore) -> Publisher {
        let mut config = StoreConfig::new(dir.join("content"));
        config.job_urls = JobUrls::Deny;
        config.blob_stores = vec!["http://127.0.0.1:9".to_owned()];
        Publisher::start(outputs, vec![ContentStore::open(config).unwrap()])
    }

    fn next(publisher: &mut Publisher) -> (TaskId, UploadResult) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if let Some(finished) = publisher.poll().unwrap().pop() {
                return finished;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("no upload finished");
    }

    const RESULT: StoredResult = StoredResult {
        digest: [1; 32],
        exit_code: 0,
        fuel_used: 5,
        memory_hash: [2; 32],
    };

    #[test]
    fn a_store_that_fails_is_reported_and_skipped_for_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = OutputStore::open(dir.path().join("outputs")).unwrap();
        let mut publisher = publisher(dir.path(), &outputs);
        outputs.save(&task(0), b"result").unwrap();
        publisher.publish(task(0), RESULT).unwrap();
        let (failed, outcome) = next(&mut publisher);
        assert!(failed == task(0) && outcome.is_err());
        publisher.publish(task(0), RESULT).unwrap();
        assert!(publisher.uploaders[0].in_progress.is_empty());
    }

    #[test]
    fn a_missing_output_is_reported_once_and_not_for_a_forgotten_job() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = OutputStore::open(dir.path().join("outputs")).unwrap();
        let mut publisher = publisher(dir.path(), &outputs);
        publisher.publish(task(0), RESULT).unwrap();
        publisher.forget_jobs(|_| false);
        publisher.publish(task(1), RESULT).unwrap();
        let (missing, outcome) = next(&mut publisher);
        assert_eq!(missing, task(1));
        assert!(matches!(outcome, Ok(Upload::Missing)));
        assert!(publisher.poll().unwrap().is_empty());
    }
}
