//! The WASI preview 1 functions.

mod guest_memory;
mod preview1;
mod stubs;

use wasmtime::{Engine, Linker, Result};

use super::host_state::Guest;

pub(super) fn add_to(linker: &mut Linker<Guest>, engine: &Engine) -> Result<()> {
    preview1::add_to(linker)?;
    stubs::add_to(linker, engine)
}

/// The error numbers of the preview 1 specification, as far as used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
enum Errno {
    BadFile = 8,
    Fault = 21,
    Invalid = 28,
    NotSupported = 58,
    NotSeekable = 70,
}
