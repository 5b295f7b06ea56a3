//! The program's memory. Every access is checked against its bounds.

use wasmtime::{Caller, Extern, Result};

use super::{Errno, HostState};

/// Bytes of an entry in a list of buffers: an address and a length, each a little-endian u32.
const ENTRY_BYTES: u32 = 8;

/// A buffer in the program's memory, not yet checked.
#[derive(Clone, Copy)]
pub(super) struct GuestSlice {
    /// Address of its first byte.
    pub(super) at: u32,
    /// Length in bytes.
    pub(super) len: u32,
}

/// The program's memory. Its methods return [`Errno::Fault`] for what is not inside.
pub(super) struct GuestMemory<'a>(&'a mut [u8]);

impl GuestMemory<'_> {
    pub(super) fn slice(&self, slice: GuestSlice) -> Result<&[u8], Errno> {
        let start = slice.at as usize;
        self.0
            .get(start..start + slice.len as usize)
            .ok_or(Errno::Fault)
    }

    pub(super) fn slice_mut(&mut self, slice: GuestSlice) -> Result<&mut [u8], Errno> {
        let start = slice.at as usize;
        self.0
            .get_mut(start..start + slice.len as usize)
            .ok_or(Errno::Fault)
    }

    /// Writes `value` at the address `at`.
    pub(super) fn write<const N: usize>(&mut self, at: u32, value: [u8; N]) -> Result<(), Errno> {
        self.0
            .get_mut(at as usize..at as usize + N)
            .ok_or(Errno::Fault)?
            .copy_from_slice(&value);
        Ok(())
    }

    /// Reads `N` bytes at the address `at`.
    pub(super) fn read<const N: usize>(&self, at: u32) -> Result<[u8; N], Errno> {
        self.0
            .get(at as usize..)
            .and_then(|rest| rest.first_chunk())
            .copied()
            .ok_or(Errno::Fault)
    }

    /// Returns the `count` buffers in the list at the address `at`. The list and the buffers are inside the memory.
    pub(super) fn buffers(&self, at: u32, count: u32) -> Result<Vec<GuestSlice>, Errno> {
        let len = count.checked_mul(ENTRY_BYTES).ok_or(Errno::Fault)?;
        let list = self.slice(GuestSlice { at, len })?;
        let word = |bytes: &[u8]| {
            bytes
                .first_chunk()
                .copied()
                .map(u32::from_le_bytes)
                .ok_or(Errno::Fault)
        };
        list.chunks_exact(ENTRY_BYTES as usize)
            .map(|entry| {
                let buffer = GuestSlice {
                    at: word(entry)?,
                    len: word(&entry[4..])?,
                };
                self.slice(buffer)?;
                Ok(buffer)
            })
            .collect()
    }
}

/// Returns the size of a list of `count` buffers, in bytes, without the buffers.
pub(super) fn buffer_list_bytes(count: u32) -> u64 {
    u64::from(count) * u64::from(ENTRY_BYTES)
}

/// Borrows the program's memory and the host's state at the same time.
pub(super) fn memory_and_state<'a>(
    caller: &'a mut Caller<'_, HostState>,
) -> Result<(GuestMemory<'a>, &'a mut HostState)> {
    // Compiling the module has checked this.
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Err(wasmtime::Error::msg(
            "the module exports no memory named `memory`",
        ));
    };
    let (bytes, state) = memory.data_and_store_mut(caller);
    Ok((GuestMemory(bytes), state))
}
