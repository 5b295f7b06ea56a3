use super::JournalError;
use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

/// Holds a state directory for one process. The kernel releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Takes the directory, which is made when missing.
    ///
    /// Errors: `InUse`, `Disk`.
    pub fn take(dir: &Path) -> Result<Self, JournalError> {
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
