//! What a node must not forget: a file of JSON lines, each on disk before the step that it announces.

mod book;
mod file;
mod lock;
mod record;

pub use book::Book;
pub use file::Journal;
pub use record::{Record, Sealed, Step};

use assay_client::Address;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("another node uses {}; give each node its own state directory", .0.display())]
    InUse(PathBuf),
    #[error("line {line} of {} is damaged: {reason}; restore the file, or start with a new state directory and forfeit the bonds of undelivered seats", path.display())]
    Damaged {
        path: PathBuf,
        line: usize,
        reason: String,
    },
    #[error("the journal {} belongs to worker {found}, not to {expected}; give each worker its own state directory", path.display())]
    Foreign {
        path: PathBuf,
        found: Address,
        expected: Address,
    },
    #[error("cannot journal {0}; nothing was sent")]
    Contradiction(String),
    #[error("cannot write {}: {reason}; check that the directory is writable and the disk not full", path.display())]
    Disk { path: PathBuf, reason: io::Error },
}

#[cfg(test)]
mod tests;
