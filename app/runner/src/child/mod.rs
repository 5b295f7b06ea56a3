//! Compiles and runs modules in child processes, which are limited, and killed when their time is up.
//!
//! Validating, compiling and running a module are all work on what a stranger sends. Each is done by a child of its own:
//!
//! - [`protect`] and [`lockdown`]: what the child gives up before it reads a byte of the module.
//! - [`protocol`]: what parent and child say to each other.
//! - [`process`]: the parent's side of it. [`serve`]: the child's side. [`probe`]: a child that tries to get out.
//! - [`code_cache`]: compiled code on disk, which the parent keeps and never loads.
//! - [`compile_queue`]: how many modules are compiled at the same time.
//! - [`guard`]: a process that ends an external command whose node was killed.

mod code_cache;
mod compile_queue;
mod guard;
mod lockdown;
mod probe;
mod process;
mod protect;
mod protocol;
mod serve;

pub(crate) use guard::Guard;
pub use probe::Probe;
pub use process::ChildProgram;
pub use protect::{Protection, Protections};
pub use serve::serve_child;

use std::collections::HashSet;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::{ModuleHash, RunOutput, RunRequest, Runner, RunnerError, LOG_BYTES};
use code_cache::{build_name, CodeCache, Entry};
use compile_queue::{CompileQueue, Turn};
use process::{NoAnswer, Until};
use protocol::{Answer, Goal, Request, Start};
use serve::{invalid, invalid_memory};

/// Memory that compiling one module may take.
pub const COMPILE_BYTES: u64 = 768 << 20;
/// Time that compiling one module may take.
pub const COMPILE_TIME: Duration = Duration::from_secs(60);
/// Memory of a run besides the job's, the module's and what is read and written: Wasmtime's own.
const RUN_BYTES: u64 = 64 << 20;
/// Addresses that Wasmtime reserves for a run and does not use: 4 GiB for a memory and its guards, with room to spare.
const RESERVED_BYTES: u64 = 6 << 30;
/// Addresses of a child that only compiles, besides its memory.
const SPARE_ADDRESSES: u64 = 256 << 20;
/// Descriptors that a child may open: none besides its pipes.
const DESCRIPTORS: u64 = 3;
/// Descriptors that a probe may allow itself.
const PROBE_DESCRIPTORS: u64 = 16;
/// Processor time that a child may use after it should have been killed: the parent's limit comes first, unless it hangs.
const SPARE_SECONDS: u64 = 2;

/// How a [`ChildRunner`] works.
#[derive(Debug, Clone)]
pub struct ChildConfig {
    /// What serves as a child.
    pub program: ChildProgram,
    /// Folder of compiled code. It is the runner's alone: what it does not know there is removed.
    pub code_dir: PathBuf,
    /// Most bytes of compiled code on disk, besides what is kept for claimed work.
    pub code_bytes: u64,
    /// Longest time of one run.
    pub wall_limit: Duration,
    /// Most memory of a child that compiles, in bytes: [`COMPILE_BYTES`].
    pub compile_bytes: u64,
    /// Longest time of compiling one module: [`COMPILE_TIME`].
    pub compile_time: Duration,
}

impl ChildConfig {
    /// Returns the usual configuration.
    pub fn new(program: ChildProgram, code_dir: PathBuf, wall_limit: Duration) -> Self {
        Self {
            program,
            code_dir,
            code_bytes: 2 << 30,
            wall_limit,
            compile_bytes: COMPILE_BYTES,
            compile_time: COMPILE_TIME,
        }
    }
}

/// What became of an attempt to compile or to run a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEnd {
    /// There is a result.
    Succeeded,
    /// The module ended its child, or used more than its limits.
    Failed,
    /// Neither: the machine could not start it, or stopped it for a reason of its own.
    Undecided,
}

/// Remembers attempts, so that a module that ends the whole machine is not tried again after every restart.
pub trait AttemptLog: Send + Sync {
    /// Records that a module is about to be compiled or run. It is on disk when this returns.
    ///
    /// # Errors
    /// [`RunnerError::ModuleStruck`] if the module is not to be tried again; [`RunnerError::HostError`] if nothing can be
    /// recorded. Nothing is tried then.
    fn begin(&self, module: &ModuleHash) -> Result<(), RunnerError>;

    /// Records how the last attempt with a module ended.
    fn end(&self, module: &ModuleHash, end: AttemptEnd);
}

/// Remembers nothing: for programs that run modules of their own.
pub struct NoAttemptLog;

impl AttemptLog for NoAttemptLog {
    fn begin(&self, _module: &ModuleHash) -> Result<(), RunnerError> {
        Ok(())
    }

    fn end(&self, _module: &ModuleHash, _end: AttemptEnd) {}
}

/// Runs WebAssembly modules as [`WasmRunner`](crate::WasmRunner) does, each compilation and each run in a child process of
/// its own. The results are the same.
pub struct ChildRunner {
    config: ChildConfig,
    cache: CodeCache,
    queue: CompileQueue,
    attempts: Box<dyn AttemptLog>,
    stop: AtomicBool,
}

impl ChildRunner {
    /// Opens the folder of compiled code. Starts nothing yet.
    ///
    /// # Errors
    /// [`RunnerError::HostError`] if this machine cannot run Wasmtime, [`RunnerError::CannotStart`] if there is no such program,
    /// [`RunnerError::CodeFolder`] if the folder cannot be used.
    pub fn new(config: ChildConfig, attempts: Box<dyn AttemptLog>) -> Result<Self, RunnerError> {
        let build = build_name(&crate::wasm::compatibility()?, &config.program.path);
        let build = build.map_err(|reason| RunnerError::CannotStart {
            program: config.program.path.to_string_lossy().into_owned(),
            reason,
        })?;
        let cache = CodeCache::open(&config.code_dir, &build, config.code_bytes);
        let cache = cache.map_err(|reason| RunnerError::CodeFolder {
            path: config.code_dir.clone(),
            reason,
        })?;
        Ok(Self {
            config,
            cache,
            queue: CompileQueue::default(),
            attempts,
            stop: AtomicBool::new(false),
        })
    }

    fn until(&self, time: Duration) -> Until<'_> {
        Until {
            time: Instant::now().checked_add(time),
            stop: &self.stop,
        }
    }

    /// Returns what is known of a module. Compiles it if nothing is, for which it waits up to `timeout`.
    fn entry(
        &self,
        hash: &ModuleHash,
        module: &[u8],
        timeout: Duration,
    ) -> Result<Entry, RunnerError> {
        let began = Instant::now();
        loop {
            if let Some(entry) = self.cache.get(hash) {
                return Ok(entry);
            }
            let left = timeout.saturating_sub(began.elapsed());
            match self.queue.wait(hash, left) {
                // Another thread has compiled it, or could not.
                Turn::Elsewhere => {}
                Turn::Mine(_turn) => {
                    // It may have been done before the turn came.
                    return match self.cache.get(hash) {
                        Some(entry) => Ok(entry),
                        None => self.compile(hash, module, timeout.saturating_sub(began.elapsed())),
                    };
                }
                Turn::TimedOut { compiling: true } => {
                    return Err(RunnerError::timed_out(timeout, self.config.wall_limit))
                }
                Turn::TimedOut { compiling: false } => {
                    return Err(RunnerError::CompileQueueFull { waited: timeout })
                }
            }
        }
    }

    fn compile(
        &self,
        hash: &ModuleHash,
        module: &[u8],
        left: Duration,
    ) -> Result<Entry, RunnerError> {
        let limit = self.config.compile_time;
        let time = left.min(limit);
        let start = Start {
            data_bytes: self.config.compile_bytes,
            address_bytes: self.config.compile_bytes.saturating_add(SPARE_ADDRESSES),
            cpu_seconds: time.as_secs().saturating_add(SPARE_SECONDS),
            descriptors: DESCRIPTORS,
        };
        let answer = self.attempt(hash, &start, &Request::Compile { module }, time, || {
            if left < limit {
                RunnerError::DeadlineExceeded { after: left }
            } else {
                RunnerError::CompileLimitExceeded { limit }
            }
        })?;
        let entry = match answer {
            Answer::Code(code) => Entry::Code(code),
            Answer::Invalid(reason) => Entry::Invalid(reason),
            _ => return Err(RunnerError::ChildMisbehaved("it did not compile")),
        };
        // With a full disk the code serves this run, and the next one compiles again.
        let _ = self.cache.put(hash, &entry);
        Ok(entry)
    }

    /// Gives a request to a child, and records that before and after.
    fn attempt(
        &self,
        hash: &ModuleHash,
        start: &Start,
        request: &Request<&[u8]>,
        time: Duration,
        timed_out: impl FnOnce() -> RunnerError,
    ) -> Result<Answer, RunnerError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(RunnerError::Stopped);
        }
        self.attempts.begin(hash)?;
        let answer = self.config.program.ask(start, request, self.until(time));
        let answer = answer.map_err(|none| match none {
            NoAnswer::TimedOut => timed_out(),
            NoAnswer::Failed(error) => error,
        });
        let end = match &answer {
            Ok(_) => AttemptEnd::Succeeded,
            Err(error) => end_of(error),
        };
        self.attempts.end(hash, end);
        answer.map(|(_, answer)| answer)
    }

    /// Runs the module of `request`. Returns `Err` of the reason if the module is invalid.
    fn execute(
        &self,
        request: &RunRequest<'_>,
        goal: Goal,
    ) -> Result<Result<Answer, String>, RunnerError> {
        let hash: ModuleHash = Sha256::digest(request.module).into();
        let timeout = request.timeout(self.config.wall_limit);
        let code = match self.entry(&hash, request.module, timeout)? {
            Entry::Code(code) => code,
            Entry::Invalid(reason) => return Ok(Err(reason)),
        };
        let time = request.timeout(self.config.wall_limit);
        let limits = request.limits;
        let start = run_limits(&code, request, time);
        let run = Request::Run {
            code: &code[..],
            input: request.input,
            module: hash,
            limits,
            memory_key: request.memory_key,
            goal,
        };
        self.attempt(&hash, &start, &run, time, || {
            RunnerError::timed_out(time, self.config.wall_limit)
        })
        .map(Ok)
    }
}

impl ChildProgram {
    /// Starts a child that tries to reach what it must not, and returns what it could do.
    ///
    /// # Errors
    /// [`RunnerError`] if no child can be started.
    pub fn probe(&self) -> Result<Probe, RunnerError> {
        let host_error = |error: std::io::Error| RunnerError::HostError(error.to_string());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(host_error)?;
        let port = listener.local_addr().map_err(host_error)?.port();
        const TIME: Duration = Duration::from_secs(10);
        let start = Start {
            data_bytes: RUN_BYTES,
            address_bytes: RESERVED_BYTES,
            cpu_seconds: TIME.as_secs(),
            descriptors: PROBE_DESCRIPTORS,
        };
        let request = Request::Probe { port };
        let until = Until {
            time: Instant::now().checked_add(TIME),
            stop: &AtomicBool::new(false),
        };
        match self.ask(&start, &request, until) {
            Ok((_, Answer::Probe(probe))) => Ok(probe),
            Ok(_) => Err(RunnerError::ChildMisbehaved("it did not probe")),
            Err(NoAnswer::TimedOut) => Err(RunnerError::LocalLimitExceeded { limit: TIME }),
            Err(NoAnswer::Failed(error)) => Err(error),
        }
    }
}

/// Returns what a run may use.
fn run_limits(code: &[u8], request: &RunRequest<'_>, time: Duration) -> Start {
    let limits = request.limits;
    // What is read is there twice: as read, and where it is used. What is written grows by doubling.
    let data_bytes = [
        limits.memory_bytes,
        (code.len() as u64).saturating_mul(2),
        (request.input.len() as u64).saturating_mul(2),
        limits.output_bytes.saturating_mul(3),
        LOG_BYTES as u64,
        RUN_BYTES,
    ];
    let data_bytes = data_bytes.into_iter().fold(0, u64::saturating_add);
    Start {
        data_bytes,
        address_bytes: data_bytes.saturating_add(RESERVED_BYTES),
        cpu_seconds: time.as_secs().saturating_add(SPARE_SECONDS),
        descriptors: DESCRIPTORS,
    }
}

/// Returns whether an error speaks against the module.
fn end_of(error: &RunnerError) -> AttemptEnd {
    match error {
        RunnerError::LocalLimitExceeded { .. }
        | RunnerError::DeadlineExceeded { .. }
        | RunnerError::CannotStart { .. }
        | RunnerError::Stopped => AttemptEnd::Undecided,
        _ => AttemptEnd::Failed,
    }
}

impl Runner for ChildRunner {
    fn prepare(&self, module: &[u8], timeout: Duration) -> Result<(), RunnerError> {
        let hash: ModuleHash = Sha256::digest(module).into();
        if self.cache.contains(&hash) {
            return Ok(());
        }
        self.entry(&hash, module, timeout).map(|_| ())
    }

    fn is_prepared(&self, module: &ModuleHash) -> bool {
        self.cache.contains(module)
    }

    fn keep_prepared(&self, modules: &HashSet<ModuleHash>) {
        self.cache.keep(modules);
    }

    fn run(&self, request: &RunRequest<'_>) -> Result<RunOutput, RunnerError> {
        match self.execute(request, Goal::Result)? {
            Ok(Answer::Output(output)) => Ok(output),
            Ok(_) => Err(RunnerError::ChildMisbehaved("it did not run")),
            Err(reason) => Ok(invalid(&reason, &request.memory_key)),
        }
    }

    fn memory_hash_at(
        &self,
        request: &RunRequest<'_>,
        stop_fuel: u64,
    ) -> Result<[u8; 32], RunnerError> {
        match self.execute(request, Goal::MemoryHash { stop_fuel })? {
            Ok(Answer::MemoryHash(hash)) => Ok(hash),
            Ok(_) => Err(RunnerError::ChildMisbehaved("it did not run")),
            Err(_) => Ok(invalid_memory(&request.memory_key)),
        }
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
