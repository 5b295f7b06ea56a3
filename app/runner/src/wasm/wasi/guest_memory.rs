//! The program's memory as the WASI functions see it: every access is checked.

use wasmtime::{Caller, Extern, Result};

use super::Errno;
use crate::wasm::host_state::Guest;
use crate::wasm::termination::Stop;

/// Bytes of one entry of a list of buffers: an address and a length.
const ENTRY_BYTES: u32 = 8;

/// A buffer in the program's memory.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) at: u32,
    pub(super) len: u32,
}

/// The program's memory.
pub(super) struct View<'a>(&'a mut [u8]);

impl View<'_> {
    pub(super) fn get(&self, span: Span) -> Result<&[u8], Errno> {
        let start = span.at as usize;
        self.0
            .get(start..start + span.len as usize)
            .ok_or(Errno::Fault)
    }

    pub(super) fn get_mut(&mut self, span: Span) -> Result<&mut [u8], Errno> {
        let start = span.at as usize;
        self.0
            .get_mut(start..start + span.len as usize)
            .ok_or(Errno::Fault)
    }

    /// Writes a value at `at`.
    pub(super) fn put<const N: usize>(&mut self, at: u32, value: [u8; N]) -> Result<(), Errno> {
        self.0
            .get_mut(at as usize..at as usize + N)
            .ok_or(Errno::Fault)?
            .copy_from_slice(&value);
        Ok(())
    }

    /// Reads a value at `at`.
    pub(super) fn take<const N: usize>(&self, at: u32) -> Result<[u8; N], Errno> {
        self.0
            .get(at as usize..)
            .and_then(|rest| rest.first_chunk())
            .copied()
            .ok_or(Errno::Fault)
    }
}

/// Bytes that a list of `count` buffers takes itself.
pub(super) fn list_bytes(count: u32) -> u64 {
    u64::from(count) * u64::from(ENTRY_BYTES)
}

/// The buffers listed at `at`, each inside the memory.
pub(super) fn spans(view: &View<'_>, at: u32, count: u32) -> Result<Vec<Span>, Errno> {
    let len = count.checked_mul(ENTRY_BYTES).ok_or(Errno::Fault)?;
    let list = view.get(Span { at, len })?;
    let word = |bytes: &[u8]| {
        bytes
            .first_chunk()
            .copied()
            .map(u32::from_le_bytes)
            .ok_or(Errno::Fault)
    };
    list.chunks_exact(ENTRY_BYTES as usize)
        .map(|entry| {
            let span = Span {
                at: word(entry)?,
                len: word(&entry[4..])?,
            };
            view.get(span)?;
            Ok(span)
        })
        .collect()
}

/// The program's memory and the rest of its world.
pub(super) fn split<'a>(caller: &'a mut Caller<'_, Guest>) -> Result<(View<'a>, &'a mut Guest)> {
    // Checked when the module was compiled.
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Err(wasmtime::Error::msg(
            "the module exports no memory named `memory`",
        ));
    };
    let (bytes, guest) = memory.data_and_store_mut(caller);
    Ok((View(bytes), guest))
}

/// Takes fuel for work that the host does for the program, before it is done.
pub(super) fn charge(caller: &mut Caller<'_, Guest>, fuel: u64) -> Result<()> {
    let left = caller
        .get_fuel()?
        .checked_sub(fuel)
        .ok_or(Stop::OutOfFuel)?;
    caller.set_fuel(left)
}
