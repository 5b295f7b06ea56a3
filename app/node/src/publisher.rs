//! Uploads results and inputs to the blob stores in threads, so that the node's loop only asks whether they are there.

use crate::{
    error::NodeError,
    retry::{RetryKey, RetrySchedule},
    seat_id::{JobId, TaskId},
    worker_pool::WorkerPool,
};
use assay_content::ContentStore;
use assay_runner::RunnerError;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

/// Uploads of one publisher to one store at the same time.
const UPLOADS: usize = 2;
/// Longest time that an upload delays the pay for its result. The node uploads first, so that whoever sees a seat paid
/// finds its result.
pub const MAX_UPLOAD_DELAY: Duration = Duration::from_secs(30);

/// Outcome of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Every store has the content.
    Done,
    /// The content is not on this disk any more, so no store will get it.
    Missing,
}

pub type UploadResult = Result<Upload, NodeError>;

/// Uploads to one store. Each store has its own threads and its own backoff, so that one that is down delays no other.
struct StoreUploader<T> {
    pool: WorkerPool<TaskId, (TaskId, T), UploadResult>,
    in_progress: HashSet<TaskId>,
    uploaded: HashSet<TaskId>,
}

/// Uploads one kind of content, `T` for each task, to every blob store.
pub struct Publisher<T> {
    uploaders: Vec<StoreUploader<T>>,
    /// Backoff of each store, by its index.
    retries: RetrySchedule,
}

impl<T: Send + 'static> Publisher<T> {
    /// Starts the threads that call `upload` for each task and each of `stores`.
    pub fn start(
        stores: Vec<ContentStore>,
        upload: impl Fn(&ContentStore, TaskId, T) -> UploadResult + Clone + Send + Sync + 'static,
    ) -> Self {
        let uploader = |store: ContentStore| {
            let upload = upload.clone();
            StoreUploader {
                pool: WorkerPool::start(UPLOADS, move |(task, content)| {
                    upload(&store, task, content)
                }),
                in_progress: HashSet::new(),
                uploaded: HashSet::new(),
            }
        };
        Self {
            uploaders: stores.into_iter().map(uploader).collect(),
            retries: RetrySchedule::default(),
        }
    }

    /// Starts to upload the content of a task, which `content` returns, to each store that does not have it, if that store
    /// has an idle thread and is not in backoff. Call it again until [`Self::poll`] returns the task.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn publish(
        &mut self,
        task: TaskId,
        content: impl Fn() -> Option<T>,
    ) -> Result<(), NodeError> {
        for index in 0..self.uploaders.len() {
            let in_backoff = self.is_failing(index);
            let Some(uploader) = self.uploaders.get_mut(index) else {
                continue;
            };
            let is_started =
                uploader.uploaded.contains(&task) || uploader.in_progress.contains(&task);
            if is_started || in_backoff || uploader.pool.idle_threads() == 0 {
                continue;
            }
            if let Some(content) = content() {
                uploader.in_progress.insert(task);
                uploader.pool.submit(task, (task, content))?;
            }
        }
        Ok(())
    }

    /// Returns whether the store at `index` has the content of a task.
    pub fn is_uploaded(&self, index: usize, task: &TaskId) -> bool {
        let uploader = self.uploaders.get(index);
        uploader.is_some_and(|uploader| uploader.uploaded.contains(task))
    }

    /// Returns whether the last upload to the store at `index` failed a short while ago.
    pub fn is_failing(&self, index: usize) -> bool {
        let key = RetryKey::Upload(index);
        self.retries.in_backoff(key, Instant::now())
    }

    /// Returns what was finished since the last call: tasks whose content every store has, tasks whose content is missing,
    /// and failed uploads.
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

    /// Forgets the tasks of jobs for which `is_live` returns false.
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
    use assay_content::{ContentError, JobUrls, StoreConfig};
    use std::{path::Path, thread};

    /// Returns a publisher of bytes to one store, at whose address nothing listens. It has no empty content.
    fn publisher(dir: &Path) -> Publisher<&'static [u8]> {
        let mut config = StoreConfig::new(dir.join("content"));
        config.job_urls = JobUrls::Deny;
        config.blob_stores = vec!["http://127.0.0.1:9".to_owned()];
        let store = ContentStore::open(config).unwrap();
        Publisher::start(vec![store], |store, _, content: &[u8]| {
            if content.is_empty() {
                return Ok(Upload::Missing);
            }
            let put: Result<_, ContentError> = store.put(content);
            put.map(|_| Upload::Done).map_err(NodeError::from)
        })
    }

    fn next(publisher: &mut Publisher<&'static [u8]>) -> (TaskId, UploadResult) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if let Some(finished) = publisher.poll().unwrap().pop() {
                return finished;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("no upload finished");
    }

    #[test]
    fn a_store_that_fails_is_reported_and_skipped_for_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let mut publisher = publisher(dir.path());
        publisher.publish(task(0), || Some(b"result")).unwrap();
        let (failed, outcome) = next(&mut publisher);
        assert!(failed == task(0) && outcome.is_err());
        assert!(publisher.is_failing(0) && !publisher.is_uploaded(0, &task(0)));
        publisher.publish(task(0), || Some(b"result")).unwrap();
        assert!(publisher.uploaders[0].in_progress.is_empty());
    }

    #[test]
    fn missing_content_is_reported_once_and_not_for_a_forgotten_job() {
        let dir = tempfile::tempdir().unwrap();
        let mut publisher = publisher(dir.path());
        publisher.publish(task(0), || Some(b"")).unwrap();
        publisher.forget_jobs(|_| false);
        publisher.publish(task(1), || Some(b"")).unwrap();
        let (missing, outcome) = next(&mut publisher);
        assert_eq!(missing, task(1));
        assert!(matches!(outcome, Ok(Upload::Missing)));
        assert!(publisher.poll().unwrap().is_empty());
    }
}
