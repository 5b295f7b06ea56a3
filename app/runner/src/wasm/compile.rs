//! Turns the bytes of a module into a program that can be started, or into the reason why there is none.

use std::panic::{catch_unwind, AssertUnwindSafe};

use assay_canonical_nan::canonicalize;
use wasmtime::{Engine, InstancePre, Linker, Module, OutOfMemory};

use super::check::check_module;
use super::host_state::HostState;
use super::segments;

/// The result of compiling a module.
#[derive(Clone)]
pub(super) enum CompiledModule {
    /// The program, ready to be started.
    Ready(InstancePre<HostState>),
    /// The module is invalid, for this reason. Every machine finds the same.
    Invalid(String),
    /// This machine could not compile it, for this reason.
    HostError(String),
}

/// Validates and compiles a module. A panic of the compiler is a [`CompiledModule::HostError`].
pub(super) fn compile(
    linker: &Linker<HostState>,
    engine: &Engine,
    module: &[u8],
) -> CompiledModule {
    let compile = AssertUnwindSafe(|| validate_and_compile(linker, engine, module));
    catch_unwind(compile)
        .unwrap_or_else(|_| CompiledModule::HostError("the compiler crashed".into()))
}

/// Only [`check_module`], which validates it for the proposals that the engine has, the rewriting of NaNs and data and the types of
/// the imports find a module invalid: they look at nothing but its bytes. When compiling a valid module fails, the reason may be this machine (no memory, no right to map
/// code), and an honest node that blamed the module would be slashed.
fn validate_and_compile(
    linker: &Linker<HostState>,
    engine: &Engine,
    module: &[u8],
) -> CompiledModule {
    if let Err(error) = check_module(module) {
        return CompiledModule::Invalid(error.to_string());
    }
    // What is compiled is the rewritten module: the engine itself leaves the bits of NaNs open, and is slow with many data
    // segments.
    let module = match canonicalize(module) {
        Ok(module) => module,
        Err(error) => return CompiledModule::Invalid(error.to_string()),
    };
    let module = match segments::merge(&module) {
        Ok(module) => module,
        Err(error) => return CompiledModule::Invalid(error.to_string()),
    };
    // Only binaries. `Module::new` would accept text, too, in a build of Wasmtime that has this feature, and machines could
    // disagree.
    let module = match Module::from_binary(engine, &module) {
        Ok(module) => module,
        Err(error) => return CompiledModule::HostError(format!("{error:#}")),
    };
    // Checks the imports; creates nothing yet.
    match linker.instantiate_pre(&module) {
        Ok(program) => CompiledModule::Ready(program),
        Err(error) => invalid(&error),
    }
}

/// Returns the result of a failed check: the module is invalid, unless the check itself ran out of memory.
fn invalid(error: &wasmtime::Error) -> CompiledModule {
    let reason = format!("{error:#}");
    if error.is::<OutOfMemory>() {
        CompiledModule::HostError(reason)
    } else {
        CompiledModule::Invalid(reason)
    }
}
