//! Runs WASI preview 1 commands so that every machine gets the same result.

mod compile;
mod engine;
mod host_state;
mod limiter;
mod module_cache;
mod termination;
mod wasi;

use std::time::Duration;

use sha2::{Digest, Sha256};
use wasmtime::{Engine, InstancePre, Linker, Store};

use crate::{ExitStatus, Limits, RunOutput, RunRequest, Runner, RunnerError};
use compile::CompiledModule;
use host_state::HostState;
use module_cache::{Lookup, ModuleCache};
use termination::Termination;

/// The SHA-256 of a module.
type ModuleHash = [u8; 32];

/// Runs a WebAssembly module: input on stdin, output on stdout, and nothing else of the world.
///
/// The result is the same on every machine: clocks stand still, random numbers are seeded from module and input, NaNs are
/// canonical, there are no threads, the set of WebAssembly proposals is fixed, and limits count fuel and bytes, not time.
/// Asking for more memory than the job allows ends the program ([`ExitStatus::OutOfMemory`]); `memory.grow` does not return
/// -1. What follows a -1 depends on the program's allocator, and a machine short of memory would look like a job with a
/// low limit. A machine short of memory gets [`RunnerError::HostError`] and has no result.
///
/// One thing depends on the machine: how many frames fit into the fixed stack differs between processor architectures. So
/// a program that recurses without bound is a trap everywhere, but one that recurses to just that depth may differ. Between
/// machines of one architecture it does not, because the code is compiled for a fixed set of processor features.
pub struct WasmRunner {
    engine: Engine,
    modules: ModuleCache,
    wall_limit: Duration,
}

impl WasmRunner {
    /// Creates a runner that allows `wall_limit` for compiling a module and again for running it
    /// ([`RunnerError::LocalLimitExceeded`]).
    ///
    /// # Errors
    /// [`RunnerError::HostError`] if this machine cannot run Wasmtime.
    pub fn new(wall_limit: Duration) -> Result<Self, RunnerError> {
        let engine = engine::new().map_err(host_error)?;
        let mut linker = Linker::new(&engine);
        wasi::add_to(&mut linker, &engine).map_err(host_error)?;
        Ok(Self {
            modules: ModuleCache::new(engine.clone(), linker),
            engine,
            wall_limit,
        })
    }

    /// Returns the compiled module, for which it waits up to `timeout`.
    fn compile(
        &self,
        hash: ModuleHash,
        module: &[u8],
        timeout: Duration,
    ) -> Result<CompiledModule, RunnerError> {
        match self.modules.get(hash, module, timeout) {
            Lookup::Done(module) => Ok(module),
            Lookup::Compiling => Err(RunnerError::timed_out(timeout, self.wall_limit)),
            Lookup::Queued => Err(RunnerError::CompileQueueFull { waited: timeout }),
        }
    }

    fn execute(
        &self,
        program: &InstancePre<HostState>,
        state: HostState,
        limits: Limits,
        timeout: Duration,
    ) -> Result<RunOutput, RunnerError> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_fuel(limits.fuel).map_err(host_error)?;
        store.set_epoch_deadline(engine::epochs(timeout));
        let ended = program
            .instantiate(&mut store)
            .and_then(|instance| instance.get_typed_func::<(), ()>(&mut store, "_start"))
            .and_then(|start| start.call(&mut store, ()));
        let (exit, reason) = match ended {
            Ok(()) => (ExitStatus::Code(0), None),
            Err(error) => match termination::classify(&error) {
                Termination::Exit(exit @ ExitStatus::Code(_)) => (exit, None),
                Termination::Exit(exit) => (exit, Some(format!("{}\n{error}", error.root_cause()))),
                Termination::TimedOut => {
                    return Err(RunnerError::timed_out(timeout, self.wall_limit))
                }
                Termination::HostError => return Err(host_error(error)),
            },
        };
        // After a trap, Wasmtime's count lacks the work of the current function since its last call, the same on every
        // machine. When the fuel runs out, the count may overshoot instead.
        let fuel_left = if exit == ExitStatus::OutOfFuel {
            0
        } else {
            store.get_fuel().map_err(host_error)?
        };
        let (output, mut log) = store.into_data().into_streams();
        if let Some(reason) = reason {
            host_state::append_log(&mut log, reason.as_bytes());
        }
        Ok(RunOutput {
            exit,
            output: if matches!(exit, ExitStatus::Code(_)) {
                output
            } else {
                Vec::new()
            },
            fuel_used: limits.fuel.saturating_sub(fuel_left),
            log,
        })
    }
}

impl Runner for WasmRunner {
    fn prepare(&self, module: &[u8], timeout: Duration) -> Result<(), RunnerError> {
        match self.compile(hash(module), module, timeout)? {
            CompiledModule::HostError(reason) => Err(RunnerError::HostError(reason)),
            CompiledModule::Ready(_) | CompiledModule::Invalid(_) => Ok(()),
        }
    }

    fn run(&self, request: &RunRequest<'_>) -> Result<RunOutput, RunnerError> {
        let module_hash = hash(request.module);
        let compile_timeout = request.timeout(self.wall_limit);
        match self.compile(module_hash, request.module, compile_timeout)? {
            CompiledModule::Ready(program) => {
                let state = HostState::new(module_hash, request.input, request.limits);
                let timeout = request.timeout(self.wall_limit);
                self.execute(&program, state, request.limits, timeout)
            }
            CompiledModule::HostError(reason) => Err(RunnerError::HostError(reason)),
            CompiledModule::Invalid(reason) => {
                let mut log = Vec::new();
                host_state::append_log(&mut log, reason.as_bytes());
                Ok(RunOutput {
                    exit: ExitStatus::InvalidModule,
                    output: Vec::new(),
                    fuel_used: 0,
                    log,
                })
            }
        }
    }
}

fn hash(module: &[u8]) -> ModuleHash {
    Sha256::digest(module).into()
}

fn host_error(error: wasmtime::Error) -> RunnerError {
    RunnerError::HostError(format!("{error:#}"))
}
