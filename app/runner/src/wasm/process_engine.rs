//! The engine of a process that compiles or runs one module and ends. Whoever waits for it kills it: the code has no checks of
//! the time, which would make every loop slower.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::{Config, Engine, Linker, Module, Result};

use super::compile::{compile, CompiledModule};
use super::execution::{Execution, Interrupted};
use super::host_state::{append_log, HostState};
use super::{engine, host_error, wasi};
use crate::{Limits, ModuleHash, RunnerError};

/// What became of a module.
pub(crate) enum Compiled {
    /// Its code, for [`ProcessEngine::execute`] of the same build.
    Code(Vec<u8>),
    /// It is invalid, for this reason. Every machine finds the same.
    Invalid(String),
}

/// Compiles or runs modules, for as long as it takes.
pub(crate) struct ProcessEngine {
    engine: Engine,
    linker: Linker<HostState>,
}

impl ProcessEngine {
    /// Creates an engine. It starts no thread and opens no file.
    ///
    /// # Errors
    /// [`RunnerError::HostError`] if this machine cannot run Wasmtime.
    pub(crate) fn new() -> std::result::Result<Self, RunnerError> {
        let create = || -> Result<Self> {
            let engine = Engine::new(&config()?)?;
            let mut linker = Linker::new(&engine);
            wasi::add_to(&mut linker, &engine)?;
            Ok(Self { engine, linker })
        };
        create().map_err(host_error)
    }

    /// Validates and compiles a module.
    ///
    /// # Errors
    /// [`RunnerError::HostError`].
    pub(crate) fn compile(&self, module: &[u8]) -> std::result::Result<Compiled, RunnerError> {
        match compile(&self.linker, &self.engine, module) {
            CompiledModule::Ready(program) => {
                let code = program.module().serialize().map_err(host_error)?;
                Ok(Compiled::Code(code))
            }
            CompiledModule::Invalid(reason) => Ok(Compiled::Invalid(reason)),
            CompiledModule::HostError(reason) => Err(RunnerError::HostError(reason)),
        }
    }

    /// Runs `code` of the module named `module` on `input` until it ends or has used up `fuel`.
    ///
    /// # Errors
    /// [`RunnerError::HostError`].
    pub(crate) fn execute(
        &self,
        code: &[u8],
        module: ModuleHash,
        input: &[u8],
        limits: Limits,
        fuel: u64,
    ) -> std::result::Result<Execution, RunnerError> {
        // SAFETY: only `compile` makes such code. Who gives other code runs it in this process, which has no rights: the parent
        // checks the hash of what it kept, and runs nothing itself.
        let module_code = unsafe { Module::deserialize(&self.engine, code) };
        let program = module_code
            .and_then(|module| self.linker.instantiate_pre(&module))
            .map_err(host_error)?;
        let state = HostState::new(module, input, limits);
        Execution::run(&self.engine, &program, state, fuel, engine::NO_TIME_LIMIT).map_err(
            |interrupted| match interrupted {
                Interrupted::HostError(error) => error,
                Interrupted::TimedOut => RunnerError::HostError("the code has a clock".into()),
            },
        )
    }
}

/// Appends a reason to a log.
pub(crate) fn log_reason(log: &mut Vec<u8>, reason: &str) {
    append_log(log, reason.as_bytes());
}

/// Returns a name of all that decides how this build compiles: code that another build has compiled may act differently.
///
/// # Errors
/// [`RunnerError::HostError`] if this machine cannot run Wasmtime.
pub(crate) fn compatibility() -> std::result::Result<[u8; 32], RunnerError> {
    let engine = config().and_then(|config| Engine::new(&config));
    let mut hasher = HashOfFields(Sha256::new());
    engine
        .map_err(host_error)?
        .precompile_compatibility_hash()
        .hash(&mut hasher);
    Ok(hasher.0.finalize().into())
}

fn config() -> Result<Config> {
    let mut config = engine::config()?;
    config.epoch_interruption(false);
    Ok(config)
}

/// SHA-256 of what is fed to a hasher.
struct HashOfFields(Sha256);

impl Hasher for HashOfFields {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash: [u8; 32] = self.0.clone().finalize().into();
        hash.first_chunk()
            .map_or(0, |first| u64::from_le_bytes(*first))
    }
}
