//! The content and the limits of one task: how it is fetched and run. All content is checked against the hashes in the
//! job.

use crate::{content_stores::ContentStores, posting::Posting};
use assay_client::Address;
use assay_content::{
    blobs_url, ContentError, ContentHash, ContentStore, Manifest, ManifestError, MAX_CONTENT,
};
use assay_runner::{Limits, RunOutput, RunRequest, Runner, RunnerError};
use std::{
    cell::OnceCell,
    time::{Duration, Instant},
};

/// Names the content of one task and sets its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskSpec {
    module: ContentHash,
    manifest: ContentHash,
    /// Tasks of the whole job. It bounds the size of the manifest, which has no more lines.
    tasks: u32,
    /// The task's line in the manifest, from 0.
    line: u32,
    /// Root of the Merkle tree over the inputs, as the job has it.
    inputs: [u8; 32],
    /// URL of the directory with the job's content.
    job_url: String,
    /// Workers that give out the content, too, in the order in which to ask them: the requester may have taken it back.
    holders: Vec<Address>,
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
    #[error(
        "the manifest {manifest} names other inputs than the job does; its results could have no receipt"
    )]
    OtherInputs { manifest: ContentHash },
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
    /// Returns the spec of a task for `worker`, or `None` if the job has no such task.
    pub fn of(posting: &Posting, task: u32, worker: &Address) -> Option<Self> {
        let job = &posting.job;
        let (manifest, line) = job.header.manifest_of(task)?;
        Some(Self {
            module: job.header.module.into(),
            manifest: manifest.into(),
            tasks: job.header.task_count.get(),
            line,
            inputs: job.header.segment_of(task).inputs,
            job_url: blobs_url(&job.store()),
            holders: posting.holders(task, worker),
            limits: Limits {
                fuel: job.header.fuel.get(),
                memory_bytes: job.header.memory_bytes.get(),
                output_bytes: job.header.output_bytes.get(),
            },
            memory_key: job.header.seed,
        })
    }

    /// Returns the name of the manifest, and its size at most.
    pub fn manifest(&self) -> (ContentHash, u64) {
        (self.manifest, Manifest::encoded_bytes(self.tasks))
    }

    /// Returns whether workers of the task give out its content besides the job's store.
    pub fn has_holders(&self) -> bool {
        !self.holders.is_empty()
    }

    /// Returns whether all content of the task is in the cache.
    pub fn is_cached(&self, stores: &ContentStores) -> bool {
        let get = |name, max_bytes| stores.local.fetch("", name, max_bytes);
        self.read(get).is_ok()
    }

    /// Uploads module, manifest and input to the first blob store of `to`, as far as it does not have them.
    ///
    /// # Errors
    /// As [`Self::prepare`], and [`TaskError::Fetch`] if the store takes none.
    pub fn upload(&self, stores: &ContentStores, to: &ContentStore) -> Result<(), TaskError> {
        let source = Source::new(self, stores);
        let (manifest, manifest_bytes) = self.manifest();
        let input = self.input(&source.get(manifest, manifest_bytes)?)?;
        for (name, max_bytes) in [
            (self.module, MAX_CONTENT),
            (manifest, manifest_bytes),
            (input, MAX_CONTENT),
        ] {
            if !to.is_stored(name) {
                to.put(&source.get(name, max_bytes)?)?;
            }
        }
        Ok(())
    }

    /// Returns module and input. Content that was fetched before comes from the cache.
    ///
    /// # Errors
    /// [`TaskError::Fetch`], [`TaskError::Manifest`], [`TaskError::OtherInputs`], [`TaskError::NoInput`].
    pub fn fetch(&self, stores: &ContentStores) -> Result<(Vec<u8>, Vec<u8>), TaskError> {
        let source = Source::new(self, stores);
        self.read(|name, max_bytes| source.get(name, max_bytes))
    }

    /// Returns module and input from `get`, which is given a name and a limit in bytes.
    fn read(
        &self,
        get: impl Fn(ContentHash, u64) -> Result<Vec<u8>, ContentError>,
    ) -> Result<(Vec<u8>, Vec<u8>), TaskError> {
        let module = get(self.module, MAX_CONTENT)?;
        let (manifest, max_bytes) = self.manifest();
        let input = self.input(&get(manifest, max_bytes)?)?;
        Ok((module, get(input, MAX_CONTENT)?))
    }

    /// Returns the name of the input by the bytes of the manifest.
    ///
    /// # Errors
    /// [`TaskError::Manifest`], [`TaskError::OtherInputs`], [`TaskError::NoInput`].
    fn input(&self, manifest: &[u8]) -> Result<ContentHash, TaskError> {
        let manifest = Manifest::parse(manifest)?;
        if manifest.root() != self.inputs {
            return Err(TaskError::OtherInputs {
                manifest: self.manifest,
            });
        }
        manifest.input(self.line).ok_or(TaskError::NoInput {
            manifest: self.manifest,
            line: self.line,
        })
    }

    /// Fetches the content and compiles the module, so that neither takes time after the claim.
    ///
    /// # Errors
    /// As [`Self::fetch`], and [`TaskError::Runner`] if compiling takes longer than `timeout`.
    pub fn prepare(
        &self,
        stores: &ContentStores,
        runner: &dyn Runner,
        timeout: Duration,
    ) -> Result<(), TaskError> {
        let (module, _) = self.fetch(stores)?;
        Ok(runner.prepare(&module, timeout)?)
    }

    /// Fetches the content and runs the task, which must finish by `deadline`.
    ///
    /// # Errors
    /// As [`Self::prepare`], and [`TaskError::Runner`] if this machine has no result.
    pub fn run(
        &self,
        stores: &ContentStores,
        runner: &dyn Runner,
        deadline: Instant,
    ) -> Result<RunOutput, TaskError> {
        let (module, input) = self.fetch(stores)?;
        Ok(runner.run(&self.request(&module, &input, deadline))?)
    }

    /// Fetches the content, runs the task until it has used `stop_fuel`, and returns the hash of its memory there.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn memory_hash_at(
        &self,
        stores: &ContentStores,
        runner: &dyn Runner,
        deadline: Instant,
        stop_fuel: u64,
    ) -> Result<[u8; 32], TaskError> {
        let (module, input) = self.fetch(stores)?;
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

/// Gets the content of one task: from the cache, the node's own stores, the job's store, and the workers of the task.
struct Source<'a> {
    spec: &'a TaskSpec,
    stores: &'a ContentStores,
    /// Where strangers say that the content lies, looked up once.
    urls: OnceCell<Vec<String>>,
}

impl<'a> Source<'a> {
    fn new(spec: &'a TaskSpec, stores: &'a ContentStores) -> Self {
        Self {
            spec,
            stores,
            urls: OnceCell::new(),
        }
    }

    fn get(&self, name: ContentHash, max_bytes: u64) -> Result<Vec<u8>, ContentError> {
        let Self { spec, stores, .. } = self;
        let look_up = || {
            let job_url = Some(spec.job_url.clone()).filter(|url| !url.is_empty());
            let mut urls = Vec::from_iter(job_url);
            if spec.has_holders() {
                urls.extend(stores.read_urls.read_urls(&spec.holders));
            }
            urls
        };
        let urls = || self.urls.get_or_init(look_up).clone();
        stores.remote.fetch_from(name, max_bytes, urls)
    }
}
