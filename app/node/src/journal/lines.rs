//! A file of JSON lines in a directory that one process has for itself. A line is on disk before what it announces is done.

use super::JournalError;
use crate::private_dir::create_private_dir;
use serde::{de::DeserializeOwned, Serialize};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Keeps a directory for one process. The kernel releases it when the process ends, even if it is killed.
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
        create_private_dir(dir).map_err(disk)?;
        let file = File::create(dir.join("lock")).map_err(disk)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse(dir.to_owned())),
            Err(TryLockError::Error(reason)) => Err(disk(reason)),
        }
    }
}

/// An open file of lines. While it is open, no other process can open a file in its directory.
#[derive(Debug)]
pub struct LineFile {
    file: File,
    path: PathBuf,
    _lock: DirectoryLock,
}

impl LineFile {
    /// Opens the file `name` in the directory `dir`, creates both if they are missing, and gives each line to `apply`.
    ///
    /// Drops an incomplete last line, which is left when the process is killed while it writes. Nothing was done for it,
    /// because a line is complete before anything is done.
    ///
    /// # Errors
    /// [`JournalError::InUse`], [`JournalError::Disk`]; [`JournalError::Damaged`] if a line cannot be read or `apply` refuses
    /// it.
    pub fn open<T: DeserializeOwned>(
        dir: &Path,
        name: &str,
        apply: impl FnMut(&T) -> Result<(), String>,
    ) -> Result<Self, JournalError> {
        let lock = DirectoryLock::acquire(dir)?;
        let path = dir.join(name);
        let disk = |reason| JournalError::Disk {
            path: path.clone(),
            reason,
        };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(disk)?;
        let content = fs::read(&path).map_err(disk)?;
        let last_newline = content.iter().rposition(|byte| *byte == b'\n');
        let complete = last_newline.map_or(0, |end| end.saturating_add(1));
        if complete < content.len() {
            file.set_len(complete as u64).map_err(disk)?;
            file.sync_all().map_err(disk)?;
        }
        replay(&path, &content[..complete], apply)?;
        // The file may be new: its name must be on disk, too, not only its lines.
        sync_dir(dir).map_err(disk)?;
        Ok(Self {
            file,
            path,
            _lock: lock,
        })
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line. It is on disk when this returns.
    ///
    /// # Errors
    /// [`JournalError::Disk`], after which only reading the file again shows what is in it.
    pub fn append(&mut self, record: &impl Serialize) -> Result<(), JournalError> {
        let mut bytes = Vec::new();
        push_line(&mut bytes, record);
        let written = self.file.write_all(&bytes);
        let written = written.and_then(|()| self.file.sync_data());
        written.map_err(|reason| self.disk(reason))
    }

    /// Replaces all lines. The file is replaced as a whole, so a kill leaves the old or the new one.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn replace(&mut self, records: &[impl Serialize]) -> Result<(), JournalError> {
        let mut content = Vec::new();
        for record in records {
            push_line(&mut content, record);
        }
        self.file = replace(&self.path, &content).map_err(|reason| self.disk(reason))?;
        Ok(())
    }

    fn disk(&self, reason: io::Error) -> JournalError {
        JournalError::Disk {
            path: self.path.clone(),
            reason,
        }
    }
}

fn push_line(to: &mut Vec<u8>, record: &impl Serialize) {
    to.extend(serde_json::to_vec(record).expect("records are plain data"));
    to.push(b'\n');
}

fn replay<T: DeserializeOwned>(
    path: &Path,
    content: &[u8],
    mut apply: impl FnMut(&T) -> Result<(), String>,
) -> Result<(), JournalError> {
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        serde_json::from_slice(line)
            .map_err(|error| error.to_string())
            .and_then(|record| apply(&record))
            .map_err(|reason| JournalError::Damaged {
                path: path.to_owned(),
                line: index.saturating_add(1),
                reason,
            })?;
    }
    Ok(())
}

fn replace(path: &Path, content: &[u8]) -> io::Result<File> {
    let fresh = path.with_extension("jsonl.new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_dir)?;
    OpenOptions::new().append(true).open(path)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
