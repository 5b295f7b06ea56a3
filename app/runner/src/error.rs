//! What can go wrong outside the job itself. A job that fails is not an error but an [`Exit`](crate::Exit).

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use assay_content::ContentHash;

/// Bytes that are not a manifest in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    #[error("the manifest has no lines: write one line of 64 lowercase hex digits per task")]
    Empty,
    #[error("line {line} of the manifest is not 64 lowercase hex digits and a newline: write it anew with one hash per line")]
    Line { line: usize },
}

/// Why content could not be had.
#[derive(Debug, Error)]
pub enum FetchError {
    #[error("{from} serves content with hash {found} instead of {expected}; it was thrown away: ask its publisher to upload the right file")]
    HashMismatch {
        from: String,
        expected: ContentHash,
        found: ContentHash,
    },
    #[error("{from} serves more than the {max_bytes} bytes allowed; it was thrown away: raise the limit or skip the job")]
    TooLarge { from: String, max_bytes: u64 },
    #[error("cannot get {}: {reason}; check that the address is right and reachable", from.escape_debug())]
    Unreachable { from: String, reason: String },
    #[error("will not follow `{}`: {reason}", uri.escape_debug())]
    RefusedHint { uri: String, reason: &'static str },
    #[error("nothing says where to find {expected}: give a URI or configure a blob store")]
    Nowhere { expected: ContentHash },
    #[error("no blob store is configured, so nothing can be uploaded: configure one")]
    NoBlobStore,
    #[error("cannot use the cache at {}: {reason}; check that the directory is writable and the disk not full", path.display())]
    Cache { path: PathBuf, reason: io::Error },
}

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
