//! From a module's bytes to a program that can be started, or the reason why there is none.

use std::panic::{catch_unwind, AssertUnwindSafe};

use wasmtime::{Engine, ExternType, InstancePre, Linker, Module, OutOfMemory, Result};

use super::host_state::Guest;

/// What compiling a module came to.
#[derive(Clone)]
pub(super) enum Verdict {
    Ready(InstancePre<Guest>),
    /// The module is wrong, and why; every machine finds the same.
    Invalid(String),
    /// This machine could not compile it, and why.
    Host(String),
}

/// Judges a module and compiles it. Whatever the compiler does, there is a verdict.
pub(super) fn compile(linker: &Linker<Guest>, engine: &Engine, module: &[u8]) -> Verdict {
    let judge = AssertUnwindSafe(|| judge(linker, engine, module));
    catch_unwind(judge).unwrap_or_else(|_| Verdict::Host("the compiler crashed".into()))
}

/// Only validation and the checks of imports and exports find a module wrong: they look at nothing but its bytes. When
/// compiling a valid module fails, the reason may be this machine (no memory, no right to map code), and an honest node
/// that called it the module's fault would be slashed.
fn judge(linker: &Linker<Guest>, engine: &Engine, module: &[u8]) -> Verdict {
    // It takes binaries only. `Module::new` would also take text where that feature is on, and machines could disagree.
    if let Err(error) = Module::validate(engine, module) {
        return wrong(&error);
    }
    let module = match Module::from_binary(engine, module) {
        Ok(module) => module,
        Err(error) => return Verdict::Host(format!("{error:#}")),
    };
    if let Err(reason) = is_command(&module) {
        return Verdict::Invalid(reason.into());
    }
    // Compares the imports with what there is; nothing is made yet.
    match linker.instantiate_pre(&module) {
        Ok(program) => Verdict::Ready(program),
        Err(error) => wrong(&error),
    }
}

fn is_command(module: &Module) -> Result<(), &'static str> {
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

/// A check found the module wrong, unless it had no memory to look.
fn wrong(error: &wasmtime::Error) -> Verdict {
    let reason = format!("{error:#}");
    if error.is::<OutOfMemory>() {
        Verdict::Host(reason)
    } else {
        Verdict::Invalid(reason)
    }
}
