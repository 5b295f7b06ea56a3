//! What to run, within which limits, and the result.

use std::{
    collections::HashSet,
    fmt,
    time::{Duration, Instant},
};

use crate::RunnerError;

/// Most bytes of diagnostics kept of a run; the rest is discarded.
pub const LOG_BYTES: usize = 64 << 10;

/// The SHA-256 of a module.
pub type ModuleHash = [u8; 32];

/// One run of a module on an input. The caller has checked both against their hashes.
#[derive(Debug, Clone, Copy)]
pub struct RunRequest<'a> {
    /// The module, a WebAssembly binary.
    pub module: &'a [u8],
    /// What the module reads on stdin.
    pub input: &'a [u8],
    /// What the run may use.
    pub limits: Limits,
    /// Key of [`RunOutput::memory_hash`]: the seed of the job's posting. The program cannot see it.
    pub memory_key: [u8; 32],
    /// Time at which the run is stopped, if any: a result that comes later is worth nothing.
    pub deadline: Option<Instant>,
}

impl RunRequest<'_> {
    /// Returns how long the run may take from now on: until its deadline, and at most `limit`.
    pub(crate) fn timeout(&self, limit: Duration) -> Duration {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.map_or(limit, |left| left.min(limit))
    }
}

/// What a run may use. The job fixes the limits, so that every worker stops at the same point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Work, in Wasmtime's units of fuel: about one an instruction, and one a byte copied or printed.
    pub fuel: u64,
    /// Linear memory and tables together, in bytes.
    pub memory_bytes: u64,
    /// Stdout, in bytes.
    pub output_bytes: u64,
}

/// Why a run ended. Every variant is a result that other machines reproduce, not a failure of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// The program ended by itself with this status. Statuses above 255 count as 255.
    Code(u8),
    /// The program used up [`Limits::fuel`].
    OutOfFuel,
    /// The program asked for more than [`Limits::memory_bytes`].
    OutOfMemory,
    /// The program printed more than [`Limits::output_bytes`].
    OutputLimit,
    /// The program did what WebAssembly forbids: unreachable code, a bad address, a stack overflow.
    Trap,
    /// The module is not a valid WASI preview 1 command, imports something else, has a start section, or is larger than
    /// [`check_module`](crate::check_module) allows.
    InvalidModule,
    /// The job names no input for the task, so nothing was run. No runner returns it: whoever reads the job finds out before.
    NoInput,
}

impl ExitStatus {
    /// Returns the exit code that goes into the result digest. The codes are part of the protocol: never change or reuse one.
    pub const fn code(self) -> u32 {
        match self {
            ExitStatus::Code(status) => status as u32,
            ExitStatus::OutOfFuel => 0x1_0001,
            ExitStatus::OutOfMemory => 0x1_0002,
            ExitStatus::OutputLimit => 0x1_0003,
            ExitStatus::Trap => 0x1_0004,
            ExitStatus::InvalidModule => 0x1_0005,
            ExitStatus::NoInput => 0x1_0006,
        }
    }

    /// Returns the exit status with this code; `None` if there is none. The inverse of [`code`](Self::code).
    pub fn from_code(code: u32) -> Option<Self> {
        match (u8::try_from(code), code) {
            (Ok(status), _) => Some(ExitStatus::Code(status)),
            (_, 0x1_0001) => Some(ExitStatus::OutOfFuel),
            (_, 0x1_0002) => Some(ExitStatus::OutOfMemory),
            (_, 0x1_0003) => Some(ExitStatus::OutputLimit),
            (_, 0x1_0004) => Some(ExitStatus::Trap),
            (_, 0x1_0005) => Some(ExitStatus::InvalidModule),
            (_, 0x1_0006) => Some(ExitStatus::NoInput),
            _ => None,
        }
    }

    /// Returns an exit code for people, with its meaning if it is not the program's own.
    pub fn describe(code: u32) -> String {
        Self::from_code(code).map_or_else(|| format!("exit code {code}"), |exit| exit.to_string())
    }
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meaning = match self {
            ExitStatus::Code(status) => return write!(f, "exit code {status}"),
            ExitStatus::OutOfFuel => "the fuel was used up",
            ExitStatus::OutOfMemory => "more memory was asked for than the job allows",
            ExitStatus::OutputLimit => "more output was printed than the job allows",
            ExitStatus::Trap => "trap",
            ExitStatus::InvalidModule => "invalid module",
            ExitStatus::NoInput => "the job names no input for the task",
        };
        write!(f, "exit code {} ({meaning})", self.code())
    }
}

/// The result of a run. All of it but `log` is in the result record, so the digest on chain covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOutput {
    /// Why the run ended.
    pub exit: ExitStatus,
    /// Stdout. Empty unless `exit` is [`ExitStatus::Code`], so that it never depends on when a limit was noticed.
    pub output: Vec<u8>,
    /// Fuel spent, at most [`Limits::fuel`] and the same on every machine. After a trap or a memory limit it lacks the work
    /// of the current function since its last call. 0 after a stack overflow, because how deep a recursion gets depends on
    /// the processor, and 0 for external commands, where fuel cannot be measured.
    pub fuel_used: u64,
    /// BLAKE3, keyed with [`RunRequest::memory_key`], of the whole linear memory as the run left it, however it ended. The
    /// same on every machine.
    ///
    /// - After an access outside the memory, the last 16 bytes are not hashed: some processors write the part of a store
    ///   that lies inside before they report the rest.
    /// - After a stack overflow, of a program that never had a memory, and if nothing was run, it is the hash of no bytes.
    /// - All zero for external commands.
    pub memory_hash: [u8; 32],
    /// Stderr, or why the program was stopped; at most [`LOG_BYTES`]. Not part of the result.
    pub log: Vec<u8>,
}

impl RunOutput {
    /// Returns the result of a task of which no code was run, for the reason `exit`: no output, no fuel, the hash of no
    /// memory, and an empty log.
    pub fn not_run(exit: ExitStatus, memory_key: &[u8; 32]) -> Self {
        Self {
            exit,
            output: Vec::new(),
            fuel_used: 0,
            memory_hash: hash_memory(memory_key, &[]),
            log: Vec::new(),
        }
    }
}

/// Returns BLAKE3 of `memory`, keyed with `key`.
pub(crate) fn hash_memory(key: &[u8; 32], memory: &[u8]) -> [u8; 32] {
    blake3::keyed_hash(key, memory).into()
}

/// Something that can run a task.
pub trait Runner: Send + Sync {
    /// Does ahead of time what depends only on the module, such as compiling it, and waits for it up to `timeout`. Without
    /// this call the first [`run`](Self::run) does it. An invalid module is no error: its run returns
    /// [`ExitStatus::InvalidModule`] at once.
    ///
    /// # Errors
    /// As for `run`, with `timeout` as the deadline.
    fn prepare(&self, _module: &[u8], _timeout: Duration) -> Result<(), RunnerError> {
        Ok(())
    }

    /// Returns whether what [`prepare`](Self::prepare) does for a module is done, and was not removed since.
    fn is_prepared(&self, _module: &ModuleHash) -> bool {
        true
    }

    /// Keeps what is prepared for these modules, whatever else comes, until the next call names others.
    fn keep_prepared(&self, _modules: &HashSet<ModuleHash>) {}

    /// Ends all runs: those in progress and later ones return [`RunnerError::Stopped`].
    fn stop(&self) {}

    /// Runs a task to its end.
    ///
    /// # Errors
    /// [`RunnerError`] if this machine, not the program, is the reason that there is no result.
    fn run(&self, request: &RunRequest<'_>) -> Result<RunOutput, RunnerError>;

    /// Runs a task until it has used `stop_fuel`, and returns the hash of its memory there, made as
    /// [`RunOutput::memory_hash`]. Only somebody who runs the task knows it, even when the result is public.
    ///
    /// The run stops where it would stop with `stop_fuel` as [`Limits::fuel`]: at the first entry of a function, iteration
    /// of a loop or long copy at which it has used `stop_fuel` or more, or before the first call into the host that would
    /// use more. A run that ends earlier, for instance at its own limit of fuel, is hashed at its end.
    ///
    /// # Errors
    /// As for `run`. [`RunnerError::NotMetered`] if the runner cannot stop a task in this way.
    fn memory_hash_at(
        &self,
        request: &RunRequest<'_>,
        stop_fuel: u64,
    ) -> Result<[u8; 32], RunnerError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_protocol_and_read_back() {
        let limits = [
            ExitStatus::OutOfFuel,
            ExitStatus::OutOfMemory,
            ExitStatus::OutputLimit,
            ExitStatus::Trap,
            ExitStatus::InvalidModule,
            ExitStatus::NoInput,
        ];
        assert_eq!(
            limits.map(ExitStatus::code),
            [0x1_0001, 0x1_0002, 0x1_0003, 0x1_0004, 0x1_0005, 0x1_0006]
        );
        for exit in limits
            .into_iter()
            .chain([ExitStatus::Code(0), ExitStatus::Code(255)])
        {
            assert_eq!(ExitStatus::from_code(exit.code()), Some(exit));
        }
        assert_eq!(ExitStatus::from_code(256), None);
        assert_eq!(ExitStatus::from_code(0x1_0007), None);
    }

    #[test]
    fn codes_that_no_program_can_return_are_explained() {
        assert_eq!(ExitStatus::describe(3), "exit code 3");
        assert_eq!(ExitStatus::describe(256), "exit code 256");
        assert_eq!(
            ExitStatus::describe(65_542),
            "exit code 65542 (the job names no input for the task)"
        );
    }

    #[test]
    fn what_was_not_run_has_the_hash_of_no_memory_under_the_key_of_its_posting() {
        let result = RunOutput::not_run(ExitStatus::NoInput, &[7; 32]);
        assert_eq!((result.fuel_used, result.output.len()), (0, 0));
        let empty: [u8; 32] = blake3::keyed_hash(&[7; 32], b"").into();
        assert_eq!(result.memory_hash, empty);
        let other = RunOutput::not_run(ExitStatus::NoInput, &[8; 32]);
        assert_ne!(other.memory_hash, empty);
    }
}
