//! What is run, within which limits, and what came of it.

use std::time::{Duration, Instant};

use crate::RunnerError;

/// Bytes of diagnostics kept of each run; the rest is thrown away.
pub const LOG_BYTES: usize = 64 << 10;

/// One replica of one task, its module and input already checked against their hashes.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The module, a WebAssembly binary.
    pub module: &'a [u8],
    /// What the module reads on stdin.
    pub input: &'a [u8],
    /// What it may use.
    pub limits: Limits,
    /// When its outcome is of no use any more, if ever.
    pub until: Option<Instant>,
}

impl Work<'_> {
    /// How long to run it from now on: up to `limit`, and not longer than its outcome is of use.
    pub(crate) fn patience(&self, limit: Duration) -> Duration {
        let left = self
            .until
            .map(|until| until.saturating_duration_since(Instant::now()));
        left.map_or(limit, |left| left.min(limit))
    }
}

/// What a task may use; the job fixes it, so that every replica stops at the same point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Work, in Wasmtime's units of fuel: about one per instruction, and one per byte copied or printed.
    pub fuel: u64,
    /// Linear memory plus tables, in bytes.
    pub memory_bytes: u64,
    /// Stdout, in bytes.
    pub output_bytes: u64,
}

/// How a task ended. All of these are results that other machines reproduce, not failures of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The program ended by itself. Statuses above 255 count as 255.
    Code(u8),
    /// [`Limits::fuel`] was used up.
    OutOfFuel,
    /// More than [`Limits::memory_bytes`] was asked for.
    OutOfMemory,
    /// More than [`Limits::output_bytes`] was printed.
    OutputLimit,
    /// The program did what WebAssembly forbids: unreachable code, a bad address, a stack overflow.
    Trap,
    /// The module is not a valid WASI preview 1 command, or imports something else.
    Invalid,
}

impl Exit {
    /// The number that goes into the result digest. These numbers are part of the protocol: never change or reuse one.
    pub const fn code(self) -> u32 {
        match self {
            Exit::Code(status) => status as u32,
            Exit::OutOfFuel => 0x1_0001,
            Exit::OutOfMemory => 0x1_0002,
            Exit::OutputLimit => 0x1_0003,
            Exit::Trap => 0x1_0004,
            Exit::Invalid => 0x1_0005,
        }
    }

    /// The opposite of [`code`](Self::code), for showing a result; `None` for a number that no exit has.
    pub fn from_code(code: u32) -> Option<Self> {
        match (u8::try_from(code), code) {
            (Ok(status), _) => Some(Exit::Code(status)),
            (_, 0x1_0001) => Some(Exit::OutOfFuel),
            (_, 0x1_0002) => Some(Exit::OutOfMemory),
            (_, 0x1_0003) => Some(Exit::OutputLimit),
            (_, 0x1_0004) => Some(Exit::Trap),
            (_, 0x1_0005) => Some(Exit::Invalid),
            _ => None,
        }
    }
}

/// What came of a task. `exit` and `output` make the digest; the rest is for metering and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub exit: Exit,
    /// Stdout; empty unless `exit` is [`Exit::Code`], so that it never depends on when a limit was noticed.
    pub output: Vec<u8>,
    /// Fuel spent, never above [`Limits::fuel`] and the same on every machine; a lower bound after a trap or a memory or
    /// output limit, and 0 where it cannot be measured (external commands).
    pub fuel_used: u64,
    /// Stderr, or why the program was stopped; at most [`LOG_BYTES`]. Not part of the result.
    pub log: Vec<u8>,
}

/// Something that can run a task.
pub trait Runner: Send + Sync {
    /// Does ahead of time what only the module decides, such as compiling it, and waits for that up to `patience`. Without
    /// this call the first [`run`](Self::run) does it. A module that is wrong is no error here: its outcome is
    /// [`Exit::Invalid`], which the run finds at once.
    ///
    /// # Errors
    /// As for `run`, whose deadline is `patience` here. After [`RunnerError::TooSlow`] or [`RunnerError::TooLate`] the work
    /// goes on, and a later call may find it done.
    fn prepare(&self, _module: &[u8], _patience: Duration) -> Result<(), RunnerError> {
        Ok(())
    }

    /// Runs `work` to its end.
    ///
    /// # Errors
    /// [`RunnerError`] when this machine, not the program, is the reason that there is no outcome.
    fn run(&self, work: &Work<'_>) -> Result<Outcome, RunnerError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_protocol_and_read_back() {
        let limits = [
            Exit::OutOfFuel,
            Exit::OutOfMemory,
            Exit::OutputLimit,
            Exit::Trap,
            Exit::Invalid,
        ];
        assert_eq!(
            limits.map(Exit::code),
            [0x1_0001, 0x1_0002, 0x1_0003, 0x1_0004, 0x1_0005]
        );
        for exit in limits.into_iter().chain([Exit::Code(0), Exit::Code(255)]) {
            assert_eq!(Exit::from_code(exit.code()), Some(exit));
        }
        assert_eq!(Exit::from_code(256), None);
        assert_eq!(Exit::from_code(0x1_0006), None);
    }
}
