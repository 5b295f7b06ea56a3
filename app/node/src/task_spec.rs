//! The content and the limits of one task: how it is fetched and run. All content is checked against the hashes in the
//! job.
//!
//! A job names the inputs of its tasks twice: by the hash of a manifest, from which nodes take them, and by their Merkle root,
//! by which receipts prove them. The market cannot compare the two. Where they contradict each other, a task has no input, and
//! everybody who has the manifest finds the same result ([`ExitStatus::NoInput`]). So no other result of it can stand.

use crate::{content_stores::ContentStores, posting::Posting};
use assay_client::Address;
use assay_content::{
    blobs_url, ContentError, ContentHash, ContentStore, Manifest, ManifestError, MAX_CONTENT,
};
use assay_runner::{ExitStatus, Limits, RunOutput, RunRequest, Runner, RunnerError};
use std::{
    cell::OnceCell,
    time::{Duration, Instant},
};

/// Names the content of one task and sets its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskSpec {
    module: ContentHash,
    manifest: ContentHash,
    /// Tasks whose inputs the manifest names, one a line.
    tasks: u32,
    /// The task's line in the manifest, from 0.
    line: u32,
    /// Root of the Merkle tree over these inputs, as the job has it.
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
    #[error("started only {left:?} before its deadline and did not finish in time")]
    StartedLate { left: Duration },
    #[error(transparent)]
    Runner(#[from] RunnerError),
}

/// What a task is run on.
#[derive(Debug, PartialEq, Eq)]
pub enum TaskContent {
    Run {
        module: Vec<u8>,
        input: Vec<u8>,
    },
    /// The job names no input. The module does not matter then.
    NoInput(NoInput),
}

/// Why a job names no input for a task. It follows from the job and the manifest alone, whatever the module is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInput {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// With another number of lines, a path to the root would prove the inputs of other tasks.
    #[error("the manifest has {lines} lines for {tasks} tasks")]
    LineCount { lines: usize, tasks: u32 },
    #[error("the job names another root of inputs than that of its manifest")]
    OtherRoot,
}

impl TaskError {
    /// Returns the error for a task whose thread panicked.
    pub fn panicked() -> Self {
        Self::Runner(RunnerError::HostError("the runner crashed".into()))
    }

    /// Returns true if an external command failed, and not the task.
    pub fn is_failed_command(&self) -> bool {
        use RunnerError::{CannotStart, CommandFailed, Killed};
        matches!(
            self,
            Self::Runner(CommandFailed { .. } | Killed { .. } | CannotStart { .. })
        )
    }

    /// Returns true if this machine is too slow for the task.
    pub fn is_too_slow(&self) -> bool {
        use RunnerError::{CompileLimitExceeded, DeadlineExceeded, LocalLimitExceeded};
        matches!(
            self,
            Self::Runner(
                LocalLimitExceeded { .. } | DeadlineExceeded { .. } | CompileLimitExceeded { .. }
            )
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
            tasks: job.header.segment_tasks(task),
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

    /// Returns the name of the manifest. It may be as large as any other content: one that is too long has to be read, too.
    pub fn manifest(&self) -> ContentHash {
        self.manifest
    }

    /// Returns whether workers of the task give out its content besides the job's store.
    pub fn has_holders(&self) -> bool {
        !self.holders.is_empty()
    }

    /// Returns whether all content of the task is in the cache, and its module prepared if the task has an input.
    pub fn is_cached(&self, stores: &ContentStores, runner: &dyn Runner) -> bool {
        let get = |name| stores.local.fetch("", name, MAX_CONTENT);
        match self.read(get) {
            Ok(TaskContent::Run { .. }) => runner.is_prepared(&self.module.bytes()),
            Ok(TaskContent::NoInput(_)) => true,
            Err(_) => false,
        }
    }

    /// Uploads what the result follows from to the first blob store of `to`, as far as it does not have it: the manifest, and
    /// module and input if the job names an input.
    ///
    /// # Errors
    /// As [`Self::fetch`], and [`TaskError::Fetch`] if the store takes none.
    pub fn upload(&self, stores: &ContentStores, to: &ContentStore) -> Result<(), TaskError> {
        let source = Source::new(self, stores);
        for name in self.parts(&source.get(self.manifest)?) {
            if !to.is_stored(name) {
                to.put(&source.get(name)?)?;
            }
        }
        Ok(())
    }

    /// Returns the names of what the result follows from, by the bytes of the manifest.
    fn parts(&self, manifest: &[u8]) -> Vec<ContentHash> {
        let mut names = vec![self.manifest];
        if let Ok(input) = self.input(manifest) {
            names.extend([self.module, input]);
        }
        names
    }

    /// Returns what the task is run on. Content that was fetched before comes from the cache.
    ///
    /// # Errors
    /// [`TaskError::Fetch`].
    pub fn fetch(&self, stores: &ContentStores) -> Result<TaskContent, TaskError> {
        let source = Source::new(self, stores);
        Ok(self.read(|name| source.get(name))?)
    }

    /// Returns what the task is run on, from `get`, which is given names.
    fn read(
        &self,
        get: impl Fn(ContentHash) -> Result<Vec<u8>, ContentError>,
    ) -> Result<TaskContent, ContentError> {
        Ok(match self.input(&get(self.manifest)?) {
            Ok(input) => TaskContent::Run {
                module: get(self.module)?,
                input: get(input)?,
            },
            Err(reason) => TaskContent::NoInput(reason),
        })
    }

    /// Returns the name of the input by the bytes of the manifest.
    ///
    /// # Errors
    /// [`NoInput`].
    fn input(&self, manifest: &[u8]) -> Result<ContentHash, NoInput> {
        let (manifest, tasks) = (Manifest::parse(manifest)?, self.tasks);
        let lines = manifest.inputs().len();
        let input = manifest.input(self.line);
        let input = input.filter(|_| u32::try_from(lines) == Ok(tasks));
        let input = input.ok_or(NoInput::LineCount { lines, tasks })?;
        if manifest.root() != self.inputs {
            return Err(NoInput::OtherRoot);
        }
        Ok(input)
    }

    /// Returns the only result of the task if the job names no input for it.
    pub fn result_without_input(&self) -> RunOutput {
        RunOutput::not_run(ExitStatus::NoInput, &self.memory_key)
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
        match self.fetch(stores)? {
            TaskContent::Run { module, .. } => Ok(runner.prepare(&module, timeout)?),
            TaskContent::NoInput(_) => Ok(()),
        }
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
        match self.fetch(stores)? {
            TaskContent::Run { module, input } => {
                Ok(runner.run(&self.request(&module, &input, deadline))?)
            }
            TaskContent::NoInput(reason) => Ok(RunOutput {
                log: reason.to_string().into_bytes(),
                ..self.result_without_input()
            }),
        }
    }

    /// Fetches the content, runs the task until it has used `stop_fuel`, and returns the hash of its memory there. If the job
    /// names no input, that is the hash of no memory, as in the result, also where the runner cannot stop a task.
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
        match self.fetch(stores)? {
            TaskContent::Run { module, input } => {
                let request = self.request(&module, &input, deadline);
                Ok(runner.memory_hash_at(&request, stop_fuel)?)
            }
            TaskContent::NoInput(_) => Ok(self.result_without_input().memory_hash),
        }
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

    fn get(&self, name: ContentHash) -> Result<Vec<u8>, ContentError> {
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
        stores.remote.fetch_from(name, MAX_CONTENT, urls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, keep, posting, stores};
    use assay_runner::WasmRunner;
    use assay_shared::merkle;
    use std::path::Path;
    use tempfile::TempDir;

    const LONG: Duration = Duration::from_secs(10);
    /// A program that leaves a byte in its memory.
    const MODULE: &str = r#"(module (memory (export "memory") 1)
        (func (export "_start") (i32.store8 (i32.const 0) (i32.const 1))))"#;

    /// A job of two tasks, with its content in a cache.
    struct Setup {
        posting: Posting,
        stores: ContentStores,
        dir: TempDir,
    }

    impl Setup {
        /// Returns a job with the inputs `a` and `b`, whose manifest names them.
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let mut posting = posting(2);
            let header = &mut posting.job.header;
            header.module = keep(dir.path(), &wat::parse_str(MODULE).unwrap()).bytes();
            header.fuel = 1_000.into();
            header.memory_bytes = (1 << 20).into();
            let mut setup = Self {
                posting,
                stores: stores(dir.path(), Vec::new()),
                dir,
            };
            setup.name_manifest(&manifest(setup.dir.path(), &[b"a", b"b"]).encode());
            setup.posting.job.header.segments[0].inputs = root(&[b"a", b"b"]);
            setup
        }

        /// Makes the job name these bytes as its manifest.
        fn name_manifest(&mut self, encoded: &[u8]) {
            let name = keep(self.dir.path(), encoded);
            self.posting.job.header.segments[0].manifest = name.bytes();
        }

        fn spec(&self, task: u32) -> TaskSpec {
            TaskSpec::of(&self.posting, task, &address(1)).unwrap()
        }

        /// Returns the result of a task.
        fn run(&self, task: u32) -> Result<RunOutput, TaskError> {
            let runner = WasmRunner::new(LONG).unwrap();
            let deadline = Instant::now() + LONG;
            self.spec(task).run(&self.stores, &runner, deadline)
        }

        /// Returns the memory hash of a task after so much fuel.
        fn memory_at(&self, task: u32, fuel: u64) -> [u8; 32] {
            let runner = WasmRunner::new(LONG).unwrap();
            let (spec, deadline) = (self.spec(task), Instant::now() + LONG);
            let found = spec.memory_hash_at(&self.stores, &runner, deadline, fuel);
            found.unwrap()
        }

        /// Returns why the job names no input for a task. Asserts that everybody gets the same result of it, without the
        /// module.
        fn no_input(&mut self, task: u32) -> NoInput {
            self.posting.job.header.module = [1; 32];
            let seed = self.posting.job.header.seed;
            let expected = RunOutput::not_run(ExitStatus::NoInput, &seed);
            let TaskContent::NoInput(reason) = self.spec(task).fetch(&self.stores).unwrap() else {
                panic!("the task has an input");
            };
            let result = self.run(task).unwrap();
            assert_eq!(result.log, reason.to_string().into_bytes());
            assert_eq!(
                RunOutput {
                    log: Vec::new(),
                    ..result
                },
                expected
            );
            for fuel in [1, 1_000] {
                assert_eq!(self.memory_at(task, fuel), expected.memory_hash);
            }
            let runner = WasmRunner::new(LONG).unwrap();
            let prepared = self.spec(task).prepare(&self.stores, &runner, LONG);
            assert!(prepared.is_ok() && self.spec(task).is_cached(&self.stores, &runner));
            reason
        }
    }

    fn manifest(dir: &Path, inputs: &[&[u8]]) -> Manifest {
        let names = inputs.iter().map(|input| keep(dir, input));
        Manifest::new(names.collect()).unwrap()
    }

    fn root(inputs: &[&[u8]]) -> [u8; 32] {
        let names = inputs.iter().map(|input| ContentHash::of(input));
        Manifest::new(names.collect()).unwrap().root()
    }

    #[test]
    fn a_task_runs_on_the_input_that_manifest_and_root_name() {
        let setup = Setup::new();
        let content = setup.spec(1).fetch(&setup.stores).unwrap();
        assert!(matches!(content, TaskContent::Run { input, .. } if input == b"b"));
        let result = setup.run(1).unwrap();
        assert_eq!(result.exit, ExitStatus::Code(0));
        assert!(setup.memory_at(1, 1) != result.memory_hash);
    }

    #[test]
    fn another_root_than_that_of_the_manifest_has_one_result_for_everybody() {
        let mut setup = Setup::new();
        setup.posting.job.header.segments[0].inputs = root(&[b"a", b"c"]);
        // Also the task whose input is the same in both.
        for task in [0, 1] {
            assert_eq!(setup.no_input(task), NoInput::OtherRoot);
        }
    }

    #[test]
    fn a_manifest_that_is_none_has_one_result_for_everybody() {
        let mut setup = Setup::new();
        for (encoded, reason) in [
            (&b""[..], ManifestError::Empty),
            (b"a list", ManifestError::Line { line: 1 }),
        ] {
            setup.name_manifest(encoded);
            assert_eq!(setup.no_input(0), NoInput::Manifest(reason));
        }
    }

    #[test]
    fn a_manifest_with_too_few_lines_has_one_result_for_everybody_whatever_its_root() {
        let mut setup = Setup::new();
        setup.name_manifest(&manifest(setup.dir.path(), &[b"a"]).encode());
        setup.posting.job.header.segments[0].inputs = root(&[b"a"]);
        let reason = NoInput::LineCount { lines: 1, tasks: 2 };
        // Also the task that has a line.
        for task in [0, 1] {
            assert_eq!(setup.no_input(task), reason);
        }
    }

    #[test]
    fn a_manifest_with_too_many_lines_proves_another_input_and_has_one_result_for_everybody() {
        let mut setup = Setup::new();
        let long = manifest(setup.dir.path(), &[b"a", b"b", b"c"]);
        setup.name_manifest(&long.encode());
        setup.posting.job.header.segments[0].inputs = long.root();

        // A receipt takes the job's two tasks for the size of the tree, in which the second input is then `c`, not `b`.
        let path = long.proof(2).unwrap();
        let proven = merkle::root_from(&ContentHash::of(b"c").bytes(), 1, 2, &path);
        assert_eq!(proven, Some(long.root()));

        let reason = NoInput::LineCount { lines: 3, tasks: 2 };
        assert_eq!(setup.no_input(1), reason);
    }

    #[test]
    fn each_segment_has_a_manifest_of_its_own() {
        let mut setup = Setup::new();
        let more = manifest(setup.dir.path(), &[b"c"]);
        let header = &mut setup.posting.job.header;
        header.task_count = 3.into();
        header.segments[1].first_task = 2.into();
        header.segments[1].manifest = keep(setup.dir.path(), &more.encode()).bytes();
        header.segments[1].inputs = more.root();
        for (task, expected) in [(0, b"a"), (1, b"b"), (2, b"c")] {
            let content = setup.spec(task).fetch(&setup.stores).unwrap();
            assert!(matches!(content, TaskContent::Run { input, .. } if input == expected));
        }
        setup.posting.job.header.segments[1].inputs = [9; 32];
        assert_eq!(setup.no_input(2), NoInput::OtherRoot);
    }

    #[test]
    fn content_that_cannot_be_fetched_has_no_result() {
        let fails = |change: fn(&mut Setup)| {
            let mut setup = Setup::new();
            change(&mut setup);
            matches!(setup.run(0), Err(TaskError::Fetch(_)))
        };
        assert!(fails(|setup| {
            let segment = &mut setup.posting.job.header.segments[0];
            (segment.manifest, segment.inputs) = ([1; 32], [9; 32]);
        }));
        assert!(fails(|setup| setup.posting.job.header.module = [1; 32]));
        assert!(fails(|setup| {
            let names = vec![[1; 32].into(), [2; 32].into()];
            let manifest = Manifest::new(names).unwrap();
            setup.name_manifest(&manifest.encode());
            setup.posting.job.header.segments[0].inputs = manifest.root();
        }));
    }

    #[test]
    fn what_the_result_follows_from_is_given_out() {
        let mut setup = Setup::new();
        let manifest = manifest(setup.dir.path(), &[b"a", b"b"]);
        let module = setup.posting.job.header.module.into();
        let parts = setup.spec(1).parts(&manifest.encode());
        assert_eq!(parts, [manifest.hash(), module, ContentHash::of(b"b")]);
        setup.posting.job.header.segments[0].inputs = [9; 32];
        let parts = setup.spec(1).parts(&manifest.encode());
        assert_eq!(parts, [manifest.hash()]);
    }
}
