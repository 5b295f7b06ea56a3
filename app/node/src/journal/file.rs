//! The journal's file, and the lock that keeps a second node out of the state directory.

use super::{JournalError, JournalState, Record};
use crate::seat_id::TaskId;
use assay_client::Address;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Keeps a state directory for one process. The kernel releases it when the process ends, even if it is killed.
#[derive(Debug)]
struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Locks the directory, and creates it if it is missing.
    ///
    /// # Errors
    /// [`JournalError::InUse`], [`JournalError::Disk`].
    fn acquire(dir: &Path) -> Result<Self, JournalError> {
        let disk = |reason| JournalError::Disk {
            path: dir.to_owned(),
            reason,
        };
        fs::create_dir_all(dir).map_err(disk)?;
        let file = File::create(dir.join("lock")).map_err(disk)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse(dir.to_owned())),
            Err(TryLockError::Error(reason)) => Err(disk(reason)),
        }
    }
}

/// An open journal. While it is open, no other process can open it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    state: JournalState,
    _lock: DirectoryLock,
}

impl Journal {
    /// Opens the journal of `worker` in the state directory `dir`. Creates both if they are missing.
    ///
    /// Drops an incomplete last line, which is left when the process is killed while it writes. Nothing was sent for it,
    /// because a line is complete before anything is sent.
    ///
    /// # Errors
    /// [`JournalError::InUse`], [`JournalError::Damaged`], [`JournalError::WrongWorker`], [`JournalError::Disk`].
    pub fn open(dir: &Path, worker: Address) -> Result<Self, JournalError> {
        let lock = DirectoryLock::acquire(dir)?;
        let path = dir.join("journal.jsonl");
        let disk = |reason| JournalError::Disk {
            path: path.clone(),
            reason,
        };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(disk)?;
        let content = fs::read(&path).map_err(disk)?;
        let last_newline = content.iter().rposition(|byte| *byte == b'\n');
        let complete = last_newline.map_or(0, |end| end.saturating_add(1));
        if complete < content.len() {
            file.set_len(complete as u64).map_err(disk)?;
            file.sync_all().map_err(disk)?;
        }
        let state = replay(&path, &content[..complete])?;
        // The file may be new: its name must be on disk, too, not only its lines.
        sync_dir(dir).map_err(disk)?;
        let mut journal = Self {
            file,
            path,
            state,
            _lock: lock,
        };
        match journal.state.worker() {
            Some(found) if found != worker => {
                let (path, expected) = (journal.path, worker);
                return Err(JournalError::WrongWorker {
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
        self.file
            .write_all(&line(record))
            .and_then(|()| self.file.sync_data())
            .map_err(|reason| JournalError::Disk {
                path: self.path.clone(),
                reason,
            })
    }

    /// Rewrites the journal without the tasks for which `keep` returns false. `keep` gets the task and the chain time of its
    /// result, in Unix seconds. The file is replaced as a whole, so a kill leaves the old or the new one.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn compact(
        &mut self,
        keep: impl Fn(&TaskId, Option<i64>) -> bool,
    ) -> Result<(), JournalError> {
        let records = self.state.to_records(keep);
        let content: Vec<u8> = records.iter().flat_map(line).collect();
        self.file = replace(&self.path, &content).map_err(|reason| JournalError::Disk {
            path: self.path.clone(),
            reason,
        })?;
        self.state = replay(&self.path, &content)?;
        Ok(())
    }
}

fn line(record: &Record) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("records are plain data");
    line.push(b'\n');
    line
}

fn replay(path: &Path, content: &[u8]) -> Result<JournalState, JournalError> {
    let mut state = JournalState::default();
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        serde_json::from_slice(line)
            .map_err(|error| error.to_string())
            .and_then(|record| state.apply(&record))
            .map_err(|reason| JournalError::Damaged {
                path: path.to_owned(),
                line: index.saturating_add(1),
                reason,
            })?;
    }
    Ok(state)
}

fn replace(path: &Path, content: &[u8]) -> io::Result<File> {
    let fresh = path.with_extension("jsonl.new");
    let mut file = File::create(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_dir)?;
    OpenOptions::new().append(true).open(path)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
