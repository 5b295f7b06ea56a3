//! Stores the outputs of results that are not published yet, one file a task. The content cache cannot do this, because
//! it evicts files.

use crate::{error::NodeError, private_dir::create_private_dir, seat_id::TaskId};
use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A directory of outputs. Every clone uses the same directory.
#[derive(Clone, Debug)]
pub struct OutputStore {
    dir: PathBuf,
}

impl OutputStore {
    /// Opens the directory, and creates it if it is missing.
    ///
    /// # Errors
    /// [`NodeError::Disk`].
    pub fn open(dir: PathBuf) -> Result<Self, NodeError> {
        create_private_dir(&dir).map_err(|reason| disk(&dir, reason))?;
        Ok(Self { dir })
    }

    /// Saves a task's output. It is on disk when this returns.
    ///
    /// # Errors
    /// [`NodeError::Disk`].
    pub fn save(&self, task: &TaskId, output: &[u8]) -> Result<(), NodeError> {
        let path = self.dir.join(file_name(task));
        let write = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut file = options.open(&path)?;
            file.write_all(output)?;
            file.sync_all()?;
            File::open(&self.dir)?.sync_all()
        };
        write().map_err(|reason| disk(&path, reason))
    }

    /// Returns a task's output, or `None` if it is not stored.
    ///
    /// # Errors
    /// [`NodeError::Disk`].
    pub fn read(&self, task: &TaskId) -> Result<Option<Vec<u8>>, NodeError> {
        let path = self.dir.join(file_name(task));
        match fs::read(&path) {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(disk(&path, reason)),
        }
    }

    /// Removes a task's output. If that fails, [`Self::retain`] removes it later.
    pub fn remove(&self, task: &TaskId) {
        let _ = fs::remove_file(self.dir.join(file_name(task)));
    }

    /// Removes every output except those of `tasks`.
    ///
    /// # Errors
    /// [`NodeError::Disk`] if the directory cannot be read.
    pub fn retain<'a>(&self, tasks: impl Iterator<Item = &'a TaskId>) -> Result<(), NodeError> {
        let kept: HashSet<String> = tasks.map(file_name).collect();
        let files = fs::read_dir(&self.dir).map_err(|reason| disk(&self.dir, reason))?;
        for file in files.flatten() {
            if !kept.contains(file.file_name().to_string_lossy().as_ref()) {
                let _ = fs::remove_file(file.path());
            }
        }
        Ok(())
    }
}

fn file_name(id: &TaskId) -> String {
    let TaskId { job, task } = id;
    format!("{}-{}-{task}", job.address, hex::encode(&job.seed[..4]))
}

fn disk(path: &Path, reason: io::Error) -> NodeError {
    NodeError::Disk {
        path: path.to_owned(),
        reason,
    }
}
