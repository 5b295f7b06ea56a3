//! A directory of files named by the hash of what they hold.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::{ContentHash, FetchError};

/// Begins the names of files that are being written.
const UNFINISHED: &str = ".unfinished-";
/// An unfinished file this old was left by a process that was killed. Younger ones may be another node's.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
    /// Kept below this size, in bytes: the content is chosen by strangers, who must not fill the disk.
    max_bytes: u64,
}

impl Cache {
    pub(crate) fn open(dir: PathBuf, max_bytes: u64) -> Result<Self, FetchError> {
        let cache = Self { dir, max_bytes };
        fs::create_dir_all(&cache.dir)
            .and_then(|()| cache.sweep())
            .map_err(|reason| FetchError::Cache {
                path: cache.dir.clone(),
                reason,
            })?;
        Ok(cache)
    }

    /// Removes what killed processes left half written.
    fn sweep(&self) -> io::Result<()> {
        for file in self.files()? {
            let age = file.used.elapsed().unwrap_or_default();
            if !file.is_content && age > ABANDONED_AFTER {
                ignore_missing(fs::remove_file(file.path))?;
            }
        }
        Ok(())
    }

    /// The content, if it is here and undamaged. Damaged files are removed, so that the next fetch heals them.
    pub(crate) fn read(
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
        // The last use decides what goes first. A cache that others own can still be read, so failing costs only that.
        let _ = file.set_modified(SystemTime::now());
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
    pub(crate) fn write(&self, name: ContentHash, content: &[u8]) -> Result<(), FetchError> {
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
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.dir)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the least recently used content until the rest fits into `room` bytes, beside what is being written.
    fn make_room(&self, room: u64) -> io::Result<()> {
        let mut files = self.files()?;
        files.sort_by_key(|file| file.used);
        let mut total: u64 = files.iter().map(|file| file.size).sum();
        for file in files.into_iter().filter(|file| file.is_content) {
            if total <= room {
                break;
            }
            ignore_missing(fs::remove_file(file.path))?;
            total -= file.size;
        }
        Ok(())
    }

    /// The content and the unfinished files; whatever else is in the directory is not ours.
    fn files(&self) -> io::Result<Vec<Cached>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            let is_content = name.parse::<ContentHash>().is_ok();
            if !is_content && !name.starts_with(UNFINISHED) {
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => files.push(Cached {
                    path: entry.path(),
                    is_content,
                    used: metadata.modified()?,
                    size: metadata.len(),
                }),
                Err(error) => ignore_missing(Err(error))?,
            }
        }
        Ok(files)
    }
}

/// A file of the cache.
struct Cached {
    path: PathBuf,
    /// Or it is being written.
    is_content: bool,
    /// When it was last read or written.
    used: SystemTime,
    size: u64,
}

/// Another node sharing the directory may have removed the file first.
fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
