//! What can go wrong outside the job itself. A job that fails is not an error but an [`Exit`](crate::Exit).

use std::io;
use std::time::Duration;

use thiserror::Error;

/// Why a task could not be run on this machine. Nothing may be committed: another machine may well get an outcome.
#[derive(Debug, Error)]
pub enum RunnerError {
    #[error("stopped after {limit:?} of wall-clock time: raise the node's time limit or claim smaller tasks")]
    TooSlow { limit: Duration },
    #[error("stopped at its deadline, after {after:?} of wall-clock time: claim smaller tasks")]
    TooLate { after: Duration },
    #[error(
        "waited {waited:?} for other modules to be compiled first: try again when they are done"
    )]
    Busy { waited: Duration },
    #[error("cannot start the command `{program}`: {reason}; install it or correct the runner's configuration")]
    CannotStart { program: String, reason: io::Error },
    #[error("the command `{program}` was killed by signal {signal}: run it by hand on the same input to see why")]
    Killed { program: String, signal: i32 },
    #[error("no command is configured: give at least the program's name")]
    EmptyCommand,
    #[error("this machine cannot run the task: {0}; free some memory or disk space and restart the node")]
    Host(String),
}

impl RunnerError {
    /// Why a run was stopped that had `patience`, of the `limit` that this machine sets.
    pub(crate) fn stopped(patience: Duration, limit: Duration) -> Self {
        match patience < limit {
            true => Self::TooLate { after: patience },
            false => Self::TooSlow { limit },
        }
    }
}
