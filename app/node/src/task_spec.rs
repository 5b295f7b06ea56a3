//! The content and the limits of one task: how it is fetched and run. All content is checked against the hashes in the
//! job.

use assay_client::JobView;
use assay_content::{
    blobs_url, ContentError, ContentHash, ContentStore, Manifest, ManifestError, MAX_CONTENT,
};
use assay_runner::{Limits, RunOutput, RunRequest, Runner, RunnerError};
use std::time::{Duration, Instant};

/// Names the content of one task and sets its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskSpec {
    module: ContentHash,
    manifest: ContentHash,
    /// Tasks of the whole job. It bounds the size of the manifest, which has no more lines.
    tasks: u32,
    /// The task's line in the manifest, from 0.
    line: u32,
    /// URL of the directory with the job's content.
    job_url: String,
    limits: Limits,
    /// Seed of the posting, the key of memory hashes.
    memory_key: [u8; 32],
}

/// Why a task cannot be run here.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    #[error(transparent)]
    Fetch(#[from] ContentError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(
        "the manifest {manifest} has no line {line}; the job was posted with too short a list"
    )]
    NoInput { manifest: ContentHash, line: u32 },
    #[error("started only {left:?} before its deadline and did not finish in time")]
    StartedLate { left: Duration },
    #[error(transparent)]
    Runner(#[from] RunnerError),
}

impl TaskError {
    /// Returns the error for a task whose thread panicked.
    pub fn panicked() -> Self {
        Self::Runner(RunnerError::HostError("the runner crashed".into()))
    }

    /// Returns true if this machine is too slow for the task.
    pub fn is_too_slow(&self) -> bool {
        use RunnerError::{DeadlineExceeded, LocalLimitExceeded};
        matches!(
            self,
            Self::Runner(LocalLimitExceeded { .. } | DeadlineExceeded { .. })
        )
    }
}

impl TaskSpec {
    /// Returns the spec of a task, or `None` if the job has no such task.
    pub fn of(job: &JobView, task: u32) -> Option<Self> {
        let (manifest, line) = job.header.manifest_of(task)?;
        Some(Self {
            module: job.header.module.into(),
            manifest: manifest.into(),
            tasks: job.header.task_count.get(),
            line,
            job_url: blobs_url(&job.store()),
            limits: Limits {
                fuel: job.header.fuel.get(),
                memory_bytes: job.header.memory_bytes.get(),
                output_bytes: job.header.output_bytes.get(),
            },
            memory_key: job.header.seed,
        })
    }

    /// Returns module and input. Content that was fetched before comes from the cache of `store`.
    ///
    /// # Errors
    /// [`TaskError::Fetch`], [`TaskError::Manifest`], [`TaskError::NoInput`].
    pub fn fetch(&self, store: &ContentStore) -> Result<(Vec<u8>, Vec<u8>), TaskError> {
        let module = store.fetch(&self.job_url, self.module, MAX_CONTENT)?;
        let max_bytes = Manifest::encoded_bytes(self.tasks);
        let manifest = store.fetch(&self.job_url, self.manifest, max_bytes)?;
        let manifest = Manifest::parse(&manifest)?;
        let input = manifest.input(self.line).ok_or(TaskError::NoInput {
            manifest: self.manifest,
            line: self.line,
        })?;
        Ok((module, store.fetch(&self.job_url, input, MAX_CONTENT)?))
    }

    /// Fetches the content and compiles the module, so that neither takes time after the claim.
    ///
    /// # Errors
    /// As [`Self::fetch`], and [`TaskError::Runner`] if compiling takes longer than `timeout`.
    pub fn prepare(
        &self,
        store: &ContentStore,
        runner: &dyn Runner,
        timeout: Duration,
    ) -> Result<(), TaskError> {
        let (module, _) = self.fetch(store)?;
        Ok(runner.prepare(&module, timeout)?)
    }

    /// Fetches the content and runs the task, which must finish by `deadline`.
    ///
    /// # Errors
    /// As [`Self::fetch`], and [`TaskError::Runner`] if this machine has no result.
    pub fn run(
        &self,
        store: &ContentStore,
        runner: &dyn Runner,
        deadline: Instant,
    ) -> Result<RunOutput, TaskError> {
        let (module, input) = self.fetch(store)?;
        Ok(runner.run(&self.request(&module, &input, deadline))?)
    }

    /// Fetches the content, runs the task until it has used `stop_fuel`, and returns the hash of its memory there.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn memory_hash_at(
        &self,
        store: &ContentStore,
        runner: &dyn Runner,
        deadline: Instant,
        stop_fuel: u64,
    ) -> Result<[u8; 32], TaskError> {
        let (module, input) = self.fetch(store)?;
        let request = self.request(&module, &input, deadline);
        Ok(runner.memory_hash_at(&request, stop_fuel)?)
    }

    fn request<'a>(&self, module: &'a [u8], input: &'a [u8], deadline: Instant) -> RunRequest<'a> {
        RunRequest {
            module,
            input,
            limits: self.limits,
            memory_key: self.memory_key,
            deadline: Some(deadline),
        }
    }
}
