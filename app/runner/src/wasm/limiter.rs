//! The job's memory limit.

use wasmtime::{ResourceLimiter, Result};

use super::termination::Stop;

/// Bytes that one table element takes.
const ELEMENT_BYTES: u64 = 8;

/// What is left of the job's memory. Memories and tables share it; neither ever shrinks.
pub(super) struct MemoryBudget {
    left: u64,
}

impl MemoryBudget {
    pub(super) fn new(bytes: u64) -> Self {
        Self { left: bytes }
    }

    fn grow(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
        unit: u64,
    ) -> Result<bool> {
        // The module's own maximum comes first: growing beyond it fails with -1, as WebAssembly says.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let more = (desired.saturating_sub(current) as u64).saturating_mul(unit);
        self.left = self.left.checked_sub(more).ok_or(Stop::OutOfMemory)?;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryBudget {
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

    /// This machine is short of memory: what the module or the job forbids was answered above, before Wasmtime tried. The
    /// program must not see a -1 here, because its result would differ from everyone else's.
    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        Err(error)
    }

    /// As for memory.
    fn table_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        self.memory_grow_failed(error)
    }
}
