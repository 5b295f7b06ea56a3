//! A directory of files named by the hash of what they hold.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::{ContentHash, FetchError};

#[derive(Debug)]
pub(super) struct Cache {
    dir: PathBuf,
    /// Kept below this size, in bytes: the content is chosen by strangers, who must not fill the disk.
    max_bytes: u64,
}

impl Cache {
    pub(super) fn open(dir: PathBuf, max_bytes: u64) -> Result<Self, FetchError> {
        fs::create_dir_all(&dir).map_err(|reason| FetchError::Cache {
            path: dir.clone(),
            reason,
        })?;
        Ok(Self { dir, max_bytes })
    }

    /// The content, if it is here and undamaged. Damaged files are removed, so that the next fetch heals them.
    pub(super) fn read(
        &self,
        name: ContentHash,
        max_bytes: u64,
    ) -> Result<Option<Vec<u8>>, FetchError> {
        let path = self.dir.join(name.to_string());
        let failed = |reason| FetchError::Cache {
            path: path.clone(),
            reason,
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut content = Vec::new();
        file.take(max_bytes.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(failed)?;
        if content.len() as u64 > max_bytes {
            return Err(FetchError::TooLarge {
                from: path.display().to_string(),
                max_bytes,
            });
        }
        if ContentHash::of(&content) != name {
            ignore_missing(fs::remove_file(&path)).map_err(failed)?;
            return Ok(None);
        }
        Ok(Some(content))
    }

    /// Keeps `content`, whole or not at all: readers in other processes never see half a file.
    pub(super) fn write(&self, name: ContentHash, content: &[u8]) -> Result<(), FetchError> {
        let path = self.dir.join(name.to_string());
        self.write_file(&path, content)
            .map_err(|reason| FetchError::Cache { path, reason })
    }

    fn write_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let size = content.len() as u64;
        if size > self.max_bytes {
            return Ok(());
        }
        self.make_room(self.max_bytes - size)?;
        let mut file = NamedTempFile::new_in(&self.dir)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the oldest files until the rest fits into `room` bytes.
    fn make_room(&self, room: u64) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // Another node's unfinished file has another kind of name; it is not ours to remove.
            if entry
                .file_name()
                .to_str()
                .is_none_or(|name| name.parse::<ContentHash>().is_err())
            {
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => files.push((metadata.modified()?, metadata.len(), entry.path())),
                Err(error) => ignore_missing(Err(error))?,
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
        for (_, size, path) in files {
            if total <= room {
                break;
            }
            ignore_missing(fs::remove_file(path))?;
            total -= size;
        }
        Ok(())
    }
}

/// Another node sharing the directory may have removed the file first.
fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
