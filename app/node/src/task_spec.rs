//! What a task consists of, and how it is brought and run. Everything is checked against the hashes in the job.

use assay_client::JobView;
use assay_content::{
    blobs_url, ContentError, ContentHash, ContentStore, Manifest, ManifestError, MAX_CONTENT,
};
use assay_runner::{Limits, RunOutput, RunRequest, Runner, RunnerError};
use std::time::{Duration, Instant};

/// One task of a job, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    module: ContentHash,
    manifest: ContentHash,
    /// Tasks of the whole job: no manifest of it has more lines.
    tasks: u32,
    /// The task's line in the manifest.
    line: u32,
    /// Directory of the job's content.
    job_url: String,
    limits: Limits,
}

/// Why a task cannot be run here.
#[derive(Debug, thiserror::Error)]
pub enum AssignmentError {
    #[error(transparent)]
    Fetch(#[from] ContentError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(
        "the manifest {manifest} has no line {line}; the job was posted with too short a list"
    )]
    NoInput { manifest: ContentHash, line: u32 },
    #[error("started when only {left:?} were left until its deadline, and did not get done")]
    StartedLate { left: Duration },
    #[error(transparent)]
    Runner(#[from] RunnerError),
}

impl AssignmentError {
    /// What to say when the thread that worked on a task panicked.
    pub fn crashed() -> Self {
        Self::Runner(RunnerError::HostError("the runner crashed".into()))
    }

    /// Whether this machine had too little time for the task.
    pub fn is_slowness(&self) -> bool {
        use RunnerError::{DeadlineExceeded, LocalLimitExceeded};
        matches!(
            self,
            Self::Runner(LocalLimitExceeded { .. } | DeadlineExceeded { .. })
        )
    }

    /// How long to leave the task alone: wrong content does not become right soon, a server that is down may.
    pub fn pause(&self) -> Duration {
        match self {
            Self::Fetch(ContentError::HashMismatch { .. } | ContentError::TooLarge { .. }) => {
                Duration::from_secs(600)
            }
            Self::Fetch(_) => Duration::from_secs(15),
            Self::Manifest(_) | Self::NoInput { .. } => Duration::from_secs(86_400),
            Self::StartedLate { .. } => Duration::from_secs(86_400),
            Self::Runner(_) if self.is_slowness() => Duration::from_secs(86_400),
            Self::Runner(_) => Duration::from_secs(10),
        }
    }
}

impl Assignment {
    /// A task of a job; `None` when there is no such task.
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
        })
    }

    /// Module and input, from the cache when they were fetched before.
    pub fn fetch(&self, store: &ContentStore) -> Result<(Vec<u8>, Vec<u8>), AssignmentError> {
        let module = store.fetch(&self.job_url, self.module, MAX_CONTENT)?;
        let most = Manifest::encoded_bytes(self.tasks);
        let manifest = store.fetch(&self.job_url, self.manifest, most)?;
        let manifest = Manifest::parse(&manifest)?;
        let input = manifest.input(self.line).ok_or(AssignmentError::NoInput {
            manifest: self.manifest,
            line: self.line,
        })?;
        Ok((module, store.fetch(&self.job_url, input, MAX_CONTENT)?))
    }

    /// Fetches the content and has the module compiled, so that neither takes time after the claim.
    pub fn prepare(
        &self,
        store: &ContentStore,
        runner: &dyn Runner,
        patience: Duration,
    ) -> Result<(), AssignmentError> {
        let (module, _) = self.fetch(store)?;
        Ok(runner.prepare(&module, patience)?)
    }

    /// Fetches and runs the task, which has to be done by `until`.
    pub fn run(
        &self,
        store: &ContentStore,
        runner: &dyn Runner,
        until: Instant,
    ) -> Result<RunOutput, AssignmentError> {
        let (module, input) = self.fetch(store)?;
        let request = RunRequest {
            module: &module,
            input: &input,
            limits: self.limits,
            deadline: Some(until),
        };
        Ok(runner.run(&request)?)
    }
}
