//! Runs WASI preview 1 commands so that every machine gets the same result.

mod check;
mod compile;
mod engine;
mod execution;
mod features;
mod fuel;
mod host_state;
mod limiter;
mod module_cache;
#[cfg(unix)]
mod process_engine;
mod runtime_id;
mod segments;
mod termination;
#[cfg(test)]
mod tests;
mod wasi;

use std::time::Duration;

use sha2::{Digest, Sha256};
use wasmtime::{Config, Engine, Linker};

use crate::{
    request::hash_memory, ExitStatus, ModuleHash, RunOutput, RunRequest, Runner, RunnerError,
};
use compile::{compile, CompiledModule};
use execution::{Execution, Interrupted};
use host_state::HostState;
use module_cache::ModuleCache;
#[cfg(unix)]
pub(crate) use process_engine::{compatibility, log_reason, Compiled, ProcessEngine};

pub use check::{check_module, Measure, ModuleError};
pub use runtime_id::RUNTIME_ID;

/// Runs a WebAssembly module in this process: input on stdin, output on stdout, and nothing else of the world.
///
/// Compiling takes what time and memory it takes, and a fault of the compiler ends the process. What strangers send belongs into
/// a [`ChildRunner`](crate::ChildRunner).
///
/// The result is the same on every machine: clocks move only by what the program sleeps, random numbers are seeded from module and input, NaNs are
/// canonical, there are no threads, the set of WebAssembly proposals is fixed, and limits count fuel and bytes, not time.
/// Asking for more memory than the job allows ends the program ([`ExitStatus::OutOfMemory`]); `memory.grow` does not return
/// -1. What follows a -1 depends on the program's allocator, and a machine short of memory would look like a job with a
/// low limit. A machine short of memory gets [`RunnerError::HostError`] and has no result.
///
/// One thing depends on the machine: how many frames fit into the fixed stack differs between processor architectures. So
/// a program that recurses without bound is the same trap everywhere, for which no fuel and no memory is reported, but one
/// that recurses to just that depth may differ. Between machines of one architecture it does not, because the code is
/// compiled for a fixed set of processor features.
pub struct WasmRunner {
    engine: Engine,
    linker: Linker<HostState>,
    modules: ModuleCache,
    wall_limit: Duration,
}

impl WasmRunner {
    /// Creates a runner that allows `wall_limit` for running a module ([`RunnerError::LocalLimitExceeded`]). Nothing limits how
    /// long it compiles one.
    ///
    /// # Errors
    /// [`RunnerError::HostError`] if this machine cannot run Wasmtime.
    pub fn new(wall_limit: Duration) -> Result<Self, RunnerError> {
        engine::config()
            .and_then(|config| Self::with_config(&config, wall_limit))
            .map_err(host_error)
    }

    /// Creates a runner with other settings of Wasmtime.
    fn with_config(config: &Config, wall_limit: Duration) -> wasmtime::Result<Self> {
        let engine = engine::new(config)?;
        let mut linker = Linker::new(&engine);
        wasi::add_to(&mut linker, &engine)?;
        Ok(Self {
            engine,
            linker,
            modules: ModuleCache::default(),
            wall_limit,
        })
    }

    fn compile(&self, hash: ModuleHash, module: &[u8]) -> CompiledModule {
        let compile = || compile(&self.linker, &self.engine, module);
        self.modules.get(hash, compile)
    }

    /// Runs the module of `request` until it ends or has used up `fuel`.
    fn execute(&self, request: &RunRequest<'_>, fuel: u64) -> Result<Outcome, RunnerError> {
        let module_hash = hash(request.module);
        let program = match self.compile(module_hash, request.module) {
            CompiledModule::Ready(program) => program,
            CompiledModule::Invalid(reason) => return Ok(Outcome::Invalid(reason)),
            CompiledModule::HostError(reason) => return Err(RunnerError::HostError(reason)),
        };
        let state = HostState::new(module_hash, request.input, request.limits);
        let timeout = request.timeout(self.wall_limit);
        Execution::run(&self.engine, &program, state, fuel, timeout)
            .map(Outcome::Ended)
            .map_err(|interrupted| match interrupted {
                Interrupted::TimedOut => RunnerError::timed_out(timeout, self.wall_limit),
                Interrupted::HostError(error) => error,
            })
    }
}

/// What became of a module.
enum Outcome {
    /// It ran.
    Ended(Execution),
    /// It is invalid, for this reason, and did not run.
    Invalid(String),
}

impl Runner for WasmRunner {
    fn prepare(&self, module: &[u8], _timeout: Duration) -> Result<(), RunnerError> {
        match self.compile(hash(module), module) {
            CompiledModule::HostError(reason) => Err(RunnerError::HostError(reason)),
            CompiledModule::Ready(_) | CompiledModule::Invalid(_) => Ok(()),
        }
    }

    fn run(&self, request: &RunRequest<'_>) -> Result<RunOutput, RunnerError> {
        match self.execute(request, request.limits.fuel)? {
            Outcome::Ended(execution) => Ok(execution.into_output(&request.memory_key)),
            Outcome::Invalid(reason) => {
                let exit = ExitStatus::InvalidModule;
                let mut output = RunOutput::not_run(exit, &request.memory_key);
                host_state::append_log(&mut output.log, reason.as_bytes());
                Ok(output)
            }
        }
    }

    fn memory_hash_at(
        &self,
        request: &RunRequest<'_>,
        stop_fuel: u64,
    ) -> Result<[u8; 32], RunnerError> {
        // The program cannot see its fuel, so until it stops it does what it does with all of it.
        match self.execute(request, stop_fuel.min(request.limits.fuel))? {
            Outcome::Ended(execution) => Ok(execution.memory_hash(&request.memory_key)),
            Outcome::Invalid(_) => Ok(hash_memory(&request.memory_key, &[])),
        }
    }
}

fn hash(module: &[u8]) -> ModuleHash {
    Sha256::digest(module).into()
}

fn host_error(error: wasmtime::Error) -> RunnerError {
    RunnerError::HostError(format!("{error:#}"))
}
