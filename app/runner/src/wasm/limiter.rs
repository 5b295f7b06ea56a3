//! Enforces the job's memory limit.

use wasmtime::{ResourceLimiter, Result};

use super::termination::GuestExit;

/// Bytes that one table element counts for.
const ELEMENT_BYTES: u64 = 8;

/// The rest of the job's memory. Memories and tables share it; neither ever shrinks.
pub(super) struct MemoryLimiter {
    /// Bytes that may still be granted.
    left: u64,
}

impl MemoryLimiter {
    /// Creates a limiter that grants `bytes` in all.
    pub(super) fn new(bytes: u64) -> Self {
        Self { left: bytes }
    }

    /// Grants growth from `current` to `desired` elements of `unit` bytes, or ends the program.
    fn grow(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
        unit: u64,
    ) -> Result<bool> {
        // The module's own maximum comes first: WebAssembly says that growing beyond it returns -1.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let more = (desired.saturating_sub(current) as u64).saturating_mul(unit);
        self.left = self.left.checked_sub(more).ok_or(GuestExit::OutOfMemory)?;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        self.grow(current, desired, maximum, 1)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        self.grow(current, desired, maximum, ELEMENT_BYTES)
    }

    /// Ends the run, because this machine is short of memory: growth that the module or the job forbids was refused above,
    /// before Wasmtime tried. A program that saw -1 here would have another result than on other machines.
    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        Err(error)
    }

    /// Ends the run, as for memory.
    fn table_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        self.memory_grow_failed(error)
    }
}
