//! Runs WASI preview 1 commands so that every machine gets the same outcome.

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

use crate::{Exit, Limits, Outcome, Runner, RunnerError, Work};
use compile::Verdict;
use host_state::Guest;
use module_cache::{Answer, Modules};
use termination::Stopped;

/// The SHA-256 of a module.
type ModuleHash = [u8; 32];

/// Runs a WebAssembly module: input on stdin, output on stdout, and nothing else of the world.
///
/// What makes the outcome the same everywhere: no clock but a stopped one, random numbers seeded from module and input,
/// NaNs canonical, no threads, a fixed set of WebAssembly proposals, and limits counted in fuel and bytes, not in time.
/// Asking for more memory than the job allows ends the program ([`Exit::OutOfMemory`]) instead of making `memory.grow`
/// answer -1: what follows would depend on the program's allocator, and a machine that is short of memory would be
/// indistinguishable from a job that is. That machine gets a [`RunnerError::Host`] and commits nothing.
///
/// One thing depends on the machine: how many frames fit into the fixed stack differs between processor architectures,
/// so a program that recurses without bound is a trap everywhere, but one that recurses to just that depth may differ.
/// Between machines of one architecture it does not: the code is compiled for a fixed set of processor features.
pub struct WasmRunner {
    engine: Engine,
    modules: Modules,
    wall_limit: Duration,
}

impl WasmRunner {
    /// A runner that gives up on a task ([`RunnerError::TooSlow`]) when compiling its module or running it takes longer
    /// than `wall_limit`.
    ///
    /// # Errors
    /// [`RunnerError::Host`] when this machine cannot run Wasmtime.
    pub fn new(wall_limit: Duration) -> Result<Self, RunnerError> {
        let engine = engine::new().map_err(host)?;
        let mut linker = Linker::new(&engine);
        wasi::add_to(&mut linker, &engine).map_err(host)?;
        Ok(Self {
            modules: Modules::new(engine.clone(), linker),
            engine,
            wall_limit,
        })
    }

    /// The program or why it is none, in the time there is.
    fn verdict(
        &self,
        name: ModuleHash,
        module: &[u8],
        patience: Duration,
    ) -> Result<Verdict, RunnerError> {
        match self.modules.get(name, module, patience) {
            Answer::Verdict(Verdict::Host(reason)) => Err(RunnerError::Host(reason)),
            Answer::Verdict(verdict) => Ok(verdict),
            Answer::Slow => Err(RunnerError::stopped(patience, self.wall_limit)),
            Answer::Queued => Err(RunnerError::Busy { waited: patience }),
        }
    }

    fn execute(
        &self,
        program: &InstancePre<Guest>,
        guest: Guest,
        limits: Limits,
        patience: Duration,
    ) -> Result<Outcome, RunnerError> {
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.memory);
        store.set_fuel(limits.fuel).map_err(host)?;
        store.set_epoch_deadline(engine::ticks(patience));
        let ended = program
            .instantiate(&mut store)
            .and_then(|instance| instance.get_typed_func::<(), ()>(&mut store, "_start"))
            .and_then(|start| start.call(&mut store, ()));
        let (exit, why) = match ended {
            Ok(()) => (Exit::Code(0), None),
            Err(error) => match termination::classify(&error) {
                Stopped::Exit(exit @ Exit::Code(_)) => (exit, None),
                Stopped::Exit(exit) => (exit, Some(format!("{}\n{error}", error.root_cause()))),
                Stopped::TooSlow => return Err(RunnerError::stopped(patience, self.wall_limit)),
                Stopped::Host => return Err(host(error)),
            },
        };
        // After a trap Wasmtime's count lacks what the current function did since its last call, the same everywhere. When
        // the fuel ran out it may overshoot instead.
        let fuel_left = if exit == Exit::OutOfFuel {
            0
        } else {
            store.get_fuel().map_err(host)?
        };
        let fuel_used = limits.fuel.saturating_sub(fuel_left);
        let (output, mut log) = store.into_data().into_streams();
        let output = if matches!(exit, Exit::Code(_)) {
            output
        } else {
            Vec::new()
        };
        if let Some(why) = why {
            host_state::append_log(&mut log, why.as_bytes());
        }
        Ok(Outcome {
            exit,
            output,
            fuel_used,
            log,
        })
    }
}

impl Runner for WasmRunner {
    fn prepare(&self, module: &[u8], patience: Duration) -> Result<(), RunnerError> {
        self.verdict(hash(module), module, patience).map(|_| ())
    }

    fn run(&self, work: &Work<'_>) -> Result<Outcome, RunnerError> {
        let name = hash(work.module);
        match self.verdict(name, work.module, work.patience(self.wall_limit))? {
            Verdict::Ready(program) => {
                let guest = Guest::new(name, work.input, work.limits);
                let patience = work.patience(self.wall_limit);
                self.execute(&program, guest, work.limits, patience)
            }
            Verdict::Host(reason) => Err(RunnerError::Host(reason)),
            Verdict::Invalid(reason) => {
                let mut log = Vec::new();
                host_state::append_log(&mut log, reason.as_bytes());
                Ok(Outcome {
                    exit: Exit::Invalid,
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

fn host(error: wasmtime::Error) -> RunnerError {
    RunnerError::Host(format!("{error:#}"))
}
