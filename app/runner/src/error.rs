//! Why this machine has no result. A task that fails is no error: it has an [`ExitStatus`](crate::ExitStatus).

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a task could not be run on this machine. The caller must not report a result: another machine may well get one.
#[derive(Debug, Error)]
pub enum RunnerError {
    /// The run took longer than this machine allows any run.
    #[error("stopped after {limit:?} of wall-clock time: raise the node's time limit or claim smaller tasks")]
    LocalLimitExceeded {
        /// The limit that this machine sets.
        limit: Duration,
    },
    /// The run was not finished at [`RunRequest::deadline`](crate::RunRequest::deadline).
    #[error("stopped at its deadline, after {after:?} of wall-clock time: claim smaller tasks")]
    DeadlineExceeded {
        /// Time from the start of the run to its deadline.
        after: Duration,
    },
    /// Other modules were still being compiled, so compiling this one did not begin.
    #[error(
        "waited {waited:?} for other modules to be compiled first: try again when they are done"
    )]
    CompileQueueFull {
        /// Time in the queue.
        waited: Duration,
    },
    /// The external command did not start.
    #[error("cannot start the command `{program}`: {reason}; install it or correct the runner's configuration")]
    CannotStart {
        /// Name of the program.
        program: String,
        /// What the operating system reported.
        #[source]
        reason: io::Error,
    },
    /// The external command was ended by a signal, so it has no exit status.
    #[error("the command `{program}` was killed by signal {signal}: run it by hand on the same input to see why")]
    Killed {
        /// Name of the program.
        program: String,
        /// Number of the signal.
        signal: i32,
    },
    /// The external command ended with an exit code that is no result.
    #[error("the command `{program}` ended with exit code {code}, which is no result{}: run it by hand on the same input", quoted(.said))]
    CommandFailed {
        /// Name of the program.
        program: String,
        /// Its exit code.
        code: u8,
        /// The last line that it wrote to stderr; may be empty.
        said: String,
    },
    /// An exit code cannot be a result.
    #[error("exit code {code} always says that this machine failed, so it cannot be a result: let the command end with another")]
    NeverAResult {
        /// The exit code.
        code: u8,
    },
    /// An external command cannot be stopped after an amount of fuel, because its fuel is not metered.
    #[error("the fuel of an external command is not metered, so it cannot be stopped half-way: run the job's module with the WebAssembly runner")]
    NotMetered,
    /// A command runner was configured without a command.
    #[error("no command is configured: give at least the program's name")]
    EmptyCommand,
    /// Compiling the module took longer than this machine allows.
    #[error("compiling the module took longer than {limit:?}: leave its jobs to others")]
    CompileLimitExceeded {
        /// The limit that this machine sets.
        limit: Duration,
    },
    /// The child process wanted more memory than it may have.
    #[error("a child process wanted more than {} MiB of memory: the module, or compiling it, needs more than it may", limit_bytes >> 20)]
    ChildOutOfMemory {
        /// What it might add to its own, in bytes.
        limit_bytes: u64,
    },
    /// The kernel ended the child process because it used too much processor time.
    #[error("a child process used more than {limit:?} of processor time: raise the node's time limit or claim smaller tasks")]
    ChildOutOfTime {
        /// What it might use.
        limit: Duration,
    },
    /// The child process was ended, from outside or by a fault.
    #[error("a child process ended by {0}: see the system's log for the reason")]
    ChildDied(String),
    /// The child process gave no right answer.
    #[error("a child process gave no right answer: {0}; its result is not used")]
    ChildMisbehaved(&'static str),
    /// The module has ended its processes before, so it is not tried again.
    #[error("the module has ended its processes {failures} times on this machine: it is left to others for {}", days(*retry_after))]
    ModuleStruck {
        /// How often.
        failures: u32,
        /// Time until it is tried again.
        retry_after: Duration,
    },
    /// The folder of compiled code cannot be used.
    #[error("cannot use the folder of compiled code {}: {reason}; check that it is writable and the disk not full", path.display())]
    CodeFolder {
        /// The folder.
        path: PathBuf,
        /// What the operating system reported.
        #[source]
        reason: io::Error,
    },
    /// The runner was stopped.
    #[error("stopped because the program ends")]
    Stopped,
    /// This machine lacks something, such as memory or a thread.
    #[error("this machine cannot run the task: {0}; free some memory or disk space and restart the node")]
    HostError(String),
}

impl RunnerError {
    /// Returns the error for a run that was stopped after `timeout`, on a machine that allows a run up to `limit`.
    pub(crate) fn timed_out(timeout: Duration, limit: Duration) -> Self {
        if timeout < limit {
            Self::DeadlineExceeded { after: timeout }
        } else {
            Self::LocalLimitExceeded { limit }
        }
    }

    /// Returns the reason without the advice for people, if the error has one.
    #[cfg(unix)]
    pub(crate) fn reason(self) -> String {
        match self {
            Self::HostError(reason) => reason,
            other => other.to_string(),
        }
    }
}

/// Returns what a command said, as part of a sentence.
fn quoted(line: &str) -> String {
    match line {
        "" => String::new(),
        line => format!(" (it said `{}`)", line.escape_debug()),
    }
}

/// Returns a time in days, rounded up.
fn days(time: Duration) -> String {
    match time.as_secs().div_ceil(86_400) {
        1 => "a day".to_owned(),
        days => format!("{days} days"),
    }
}
