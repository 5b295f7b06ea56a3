//! The journal's file: the state that its lines give, and how it grows and shrinks.

use super::{lines::LineFile, JournalError, JournalState, Record};
use crate::seat_id::TaskId;
use assay_client::Address;
use std::path::Path;

/// An open journal. While it is open, no other process can open it.
#[derive(Debug)]
pub struct Journal {
    file: LineFile,
    state: JournalState,
}

impl Journal {
    /// Opens the journal of `worker` in the state directory `dir`. Creates both if they are missing.
    ///
    /// # Errors
    /// [`JournalError::InUse`], [`JournalError::Damaged`], [`JournalError::WrongOwner`], [`JournalError::Disk`].
    pub fn open(dir: &Path, worker: Address) -> Result<Self, JournalError> {
        let mut state = JournalState::default();
        let file = LineFile::open(dir, "journal.jsonl", |record| state.apply(record))?;
        let mut journal = Self { file, state };
        match journal.state.worker() {
            Some(found) if found != worker => {
                let path = journal.file.path().to_owned();
                let expected = worker;
                return Err(JournalError::WrongOwner {
                    path,
                    found,
                    expected,
                });
            }
            Some(_) => {}
            None => journal.append(&Record::Opened { worker })?,
        }
        Ok(journal)
    }

    /// Returns what the lines say together.
    pub fn state(&self) -> &JournalState {
        &self.state
    }

    /// Appends a line. It is on disk when this returns.
    ///
    /// # Errors
    /// [`JournalError::ConflictingRecord`], with nothing written. [`JournalError::Disk`], after which only reading the file
    /// again shows what is in it.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        self.state
            .apply(record)
            .map_err(JournalError::ConflictingRecord)?;
        self.file.append(record)
    }

    /// Rewrites the journal without the tasks for which `keep` returns false. `keep` gets the task and the chain time of its
    /// result, in Unix seconds.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn compact(
        &mut self,
        keep: impl Fn(&TaskId, Option<i64>) -> bool,
    ) -> Result<(), JournalError> {
        let records = self.state.to_records(keep);
        self.file.replace(&records)?;
        let mut state = JournalState::default();
        for record in &records {
            state
                .apply(record)
                .map_err(JournalError::ConflictingRecord)?;
        }
        self.state = state;
        Ok(())
    }
}
