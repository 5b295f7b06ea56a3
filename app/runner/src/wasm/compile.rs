//! Turns the bytes of a module into a program that can be started, or into the reason why there is none.

use std::panic::{catch_unwind, AssertUnwindSafe};

use assay_canonical_nan::canonicalize;
use wasmparser::{Parser, Payload};
use wasmtime::{Engine, ExternType, InstancePre, Linker, Module, OutOfMemory, Result};

use super::host_state::HostState;

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

/// Only validation, the rewriting of NaNs and the checks of sections, imports and exports find a module invalid: they look at
/// nothing but its bytes. When compiling a valid module fails, the reason may be this machine (no memory, no right to map
/// code), and an honest node that blamed the module would be slashed.
fn validate_and_compile(
    linker: &Linker<HostState>,
    engine: &Engine,
    module: &[u8],
) -> CompiledModule {
    // `validate` and `from_binary` accept only binaries. `Module::new` would accept text, too, in a build of Wasmtime that
    // has this feature, and machines could disagree.
    if let Err(error) = Module::validate(engine, module) {
        return invalid(&error);
    }
    if has_start_section(module) {
        return CompiledModule::Invalid(
            "the module has a start section: export `_start` instead".into(),
        );
    }
    // What is compiled is the rewritten module: the engine itself leaves the bits of NaNs open.
    let module = match canonicalize(module) {
        Ok(module) => module,
        Err(error) => return CompiledModule::Invalid(error.to_string()),
    };
    let module = match Module::from_binary(engine, &module) {
        Ok(module) => module,
        Err(error) => return CompiledModule::HostError(format!("{error:#}")),
    };
    if let Err(reason) = check_exports(&module) {
        return CompiledModule::Invalid(reason.into());
    }
    // Checks the imports; creates nothing yet.
    match linker.instantiate_pre(&module) {
        Ok(program) => CompiledModule::Ready(program),
        Err(error) => invalid(&error),
    }
}

/// Returns whether a valid module has a function that runs before `_start`. Wasmtime gives no access to the memory of a
/// module that ends or is stopped there, so all runs would have the same memory hash, and a worker could know the hash
/// without running anything. Compilers make no start section in a WASI command.
fn has_start_section(module: &[u8]) -> bool {
    Parser::new(0)
        .parse_all(module)
        .any(|section| matches!(section, Ok(Payload::StartSection { .. })))
}

/// Checks that a module is a WASI command: it exports a function `_start` and a memory.
fn check_exports(module: &Module) -> Result<(), &'static str> {
    match module.get_export("_start") {
        Some(ExternType::Func(start))
            if start.params().len() == 0 && start.results().len() == 0 => {}
        _ => return Err("the module exports no function `_start` without parameters and results"),
    }
    match module.get_export("memory") {
        Some(ExternType::Memory(_)) => Ok(()),
        _ => Err("the module exports no memory named `memory`"),
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
