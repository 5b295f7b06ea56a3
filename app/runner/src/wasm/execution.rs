//! A run that has ended: how, with how much fuel, and with what in its memory.

use std::time::Duration;

use wasmtime::{Engine, InstancePre, Memory, Store, Trap};

use super::host_state::{append_log, HostState};
use super::termination::{classify, Termination};
use super::{engine, host_error};
use crate::{request::hash_memory, ExitStatus, RunOutput, RunnerError};

/// Bytes at the end of the memory that a store beyond the end may have changed: the longest store has 16 bytes, and up to 15
/// of them can be inside. AArch64 lets a processor write these before it reports the rest, and Wasmtime does not prevent it.
const TORN_BYTES: usize = 16;

/// Why a run was stopped from outside, so that it has no result.
pub(super) enum Interrupted {
    /// The time was up.
    TimedOut,
    /// This machine failed.
    HostError(RunnerError),
}

/// A run that has ended, or was stopped because its fuel was used up.
pub(crate) struct Execution {
    store: Store<HostState>,
    /// The program's memory. `None` if creating the instance failed; then no code has run.
    memory: Option<Memory>,
    exit: ExitStatus,
    /// The trap that ended the program, if one did.
    trap: Option<Trap>,
    /// Why the program was stopped, for people.
    reason: Option<String>,
    fuel_used: u64,
}

impl Execution {
    /// Runs `program` until it ends or has used up `fuel`, for up to `timeout`.
    ///
    /// # Errors
    /// [`Interrupted`].
    pub(super) fn run(
        engine: &Engine,
        program: &InstancePre<HostState>,
        state: HostState,
        fuel: u64,
        timeout: Duration,
    ) -> Result<Self, Interrupted> {
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_fuel(fuel)?;
        store.set_epoch_deadline(engine::epochs(timeout));
        let mut memory = None;
        let ended = program.instantiate(&mut store).and_then(|instance| {
            memory = instance.get_memory(&mut store, "memory");
            let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
            start.call(&mut store, ())
        });
        let error = ended.err();
        let trap = error
            .as_ref()
            .and_then(|error| error.downcast_ref())
            .copied();
        let (exit, reason) = match error {
            None => (ExitStatus::Code(0), None),
            Some(error) => match classify(&error) {
                Termination::Exit(exit @ ExitStatus::Code(_)) => (exit, None),
                Termination::Exit(exit) => (exit, Some(format!("{}\n{error}", error.root_cause()))),
                Termination::TimedOut => return Err(Interrupted::TimedOut),
                Termination::HostError => return Err(error.into()),
            },
        };
        let fuel_used = match (exit, trap) {
            // Wasmtime's count may overshoot, or lack a call into the host that was not paid for.
            (ExitStatus::OutOfFuel, _) => fuel,
            // Frames have other sizes on other processors, so a recursion does other amounts of work there.
            (_, Some(Trap::StackOverflow)) => 0,
            // After a trap, the count lacks the work of the current function since its last call, the same on every machine.
            _ => fuel.saturating_sub(store.get_fuel()?),
        };
        Ok(Self {
            store,
            memory,
            exit,
            trap,
            reason,
            fuel_used,
        })
    }

    /// Returns the keyed hash of the memory, as [`RunOutput::memory_hash`] defines it.
    pub(crate) fn memory_hash(&self, key: &[u8; 32]) -> [u8; 32] {
        let memory = self
            .memory
            .map_or(&[][..], |memory| memory.data(&self.store));
        hash_memory(
            key,
            match self.trap {
                // As for the fuel: the work that was done, and what it left, is another on other processors.
                Some(Trap::StackOverflow) => &[],
                Some(Trap::MemoryOutOfBounds) => &memory[..memory.len().saturating_sub(TORN_BYTES)],
                _ => memory,
            },
        )
    }

    /// Returns the result of the run.
    pub(crate) fn into_output(self, key: &[u8; 32]) -> RunOutput {
        let memory_hash = self.memory_hash(key);
        let (output, mut log) = self.store.into_data().into_streams();
        if let Some(reason) = self.reason {
            append_log(&mut log, reason.as_bytes());
        }
        RunOutput {
            exit: self.exit,
            output: if matches!(self.exit, ExitStatus::Code(_)) {
                output
            } else {
                Vec::new()
            },
            fuel_used: self.fuel_used,
            memory_hash,
            log,
        }
    }
}

impl From<wasmtime::Error> for Interrupted {
    fn from(error: wasmtime::Error) -> Self {
        Self::HostError(host_error(error))
    }
}
