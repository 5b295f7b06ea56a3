//! The WASI preview 1 functions, as `wasi_snapshot_preview1.witx` specifies them: names, numbers and layouts.
//!
//! They are our own because nothing here may depend on the host: no clock, no files, no environment.

mod guest_memory;
mod preview1;
mod stubs;

use wasmtime::{Caller, Engine, Linker, Result};

use super::host_state::HostState;
use super::termination::GuestExit;

/// Name of the module that programs import.
pub(super) const MODULE: &str = "wasi_snapshot_preview1";
/// Fuel for a call into the host; every byte moved costs one more. Part of the protocol.
const CALL_FUEL: u64 = 64;

/// The error numbers of the specification that are used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
enum Errno {
    BadFile = 8,
    Fault = 21,
    Invalid = 28,
    NotSupported = 58,
    NotSeekable = 70,
}

/// Defines all functions.
pub(super) fn add_to(linker: &mut Linker<HostState>, engine: &Engine) -> Result<()> {
    preview1::add_to(linker)?;
    stubs::add_to(linker, engine)
}

/// Takes fuel for work that the host does for the program. Call it before the work.
///
/// # Errors
/// [`GuestExit::OutOfFuel`].
fn consume_fuel(caller: &mut Caller<'_, HostState>, fuel: u64) -> Result<()> {
    let left = caller
        .get_fuel()?
        .checked_sub(fuel)
        .ok_or(GuestExit::OutOfFuel)?;
    caller.set_fuel(left)
}
