//! Why this machine has no result. A task that fails is no error: it has an [`ExitStatus`](crate::ExitStatus).

use std::io;
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
    /// An external command cannot be stopped after an amount of fuel, because its fuel is not metered.
    #[error("the fuel of an external command is not metered, so it cannot be stopped half-way: run the job's module with the WebAssembly runner")]
    NotMetered,
    /// A command runner was configured without a command.
    #[error("no command is configured: give at least the program's name")]
    EmptyCommand,
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
}
