//! The node's write-ahead journal: a file of JSON lines. Each line is on disk before the step that it announces is sent,
//! so that a node that was killed never delivers two results for one task.

mod attempts;
mod file;
mod lines;
mod record;
mod state;

pub use attempts::AttemptJournal;
pub use file::Journal;
pub use lines::LineFile;
pub use record::{Record, Step, StoredResult};
pub use state::JournalState;

use assay_client::Address;
use std::{io, path::PathBuf};

/// Why a journal cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("another process uses {}; give each node and each attester a directory of its own", .0.display())]
    InUse(PathBuf),
    #[error("line {line} of {} is damaged: {reason}; restore the file, or start with a new directory: a node then runs its open tasks again, an attester needs a new key", path.display())]
    Damaged {
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        reason: String,
    },
    #[error("the journal {} belongs to {found}, not to {expected}; give each worker and each attester key a directory of its own", path.display())]
    WrongOwner {
        path: PathBuf,
        found: Address,
        expected: Address,
    },
    #[error("cannot journal {0}; nothing was sent")]
    ConflictingRecord(String),
    #[error("cannot write {}: {reason}; check that the directory is writable and the disk not full", path.display())]
    Disk { path: PathBuf, reason: io::Error },
}

#[cfg(test)]
mod tests;
