//! Outputs that were not delivered yet, one file per seat. The content cache would not do: it forgets.

use crate::{error::NodeError, seat_id::SeatId};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

#[derive(Clone, Debug)]
pub struct Outputs {
    dir: PathBuf,
}

impl Outputs {
    /// Opens the directory, which is made when missing.
    pub fn open(dir: PathBuf) -> Result<Self, NodeError> {
        fs::create_dir_all(&dir).map_err(|reason| disk(&dir, reason))?;
        Ok(Self { dir })
    }

    /// Keeps a seat's output; it is on disk when this returns.
    pub fn keep(&self, seat: &SeatId, output: &[u8]) -> Result<(), NodeError> {
        let path = self.dir.join(name(seat));
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(output)?;
            file.sync_all()?;
            File::open(&self.dir)?.sync_all()
        };
        write().map_err(|reason| disk(&path, reason))
    }

    /// A seat's output, if it is still here.
    pub fn read(&self, seat: &SeatId) -> Result<Option<Vec<u8>>, NodeError> {
        let path = self.dir.join(name(seat));
        match fs::read(&path) {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(disk(&path, reason)),
        }
    }

    /// Removes a seat's output. One that stays is removed when the node tidies up.
    pub fn remove(&self, seat: &SeatId) {
        let _ = fs::remove_file(self.dir.join(name(seat)));
    }

    /// Removes every output but those of `seats`.
    pub fn keep_only<'a>(&self, seats: impl Iterator<Item = &'a SeatId>) -> Result<(), NodeError> {
        let kept: HashSet<String> = seats.map(name).collect();
        let files = fs::read_dir(&self.dir).map_err(|reason| disk(&self.dir, reason))?;
        for file in files.flatten() {
            if !kept.contains(file.file_name().to_string_lossy().as_ref()) {
                let _ = fs::remove_file(file.path());
            }
        }
        Ok(())
    }
}

fn name(seat: &SeatId) -> String {
    let SeatId { job, task, replica } = seat;
    format!(
        "{}-{}-{task}-{replica}",
        job.address,
        hex::encode(&job.seed[..4])
    )
}

fn disk(path: &Path, reason: io::Error) -> NodeError {
    NodeError::Disk {
        path: path.to_owned(),
        reason,
    }
}
