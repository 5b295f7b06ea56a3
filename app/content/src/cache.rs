//! The cache: a directory of files, each named by the hash of its content.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::{ContentError, ContentHash};

/// Prefix of the names of files that are being written.
const TEMP_PREFIX: &str = ".unfinished-";
/// Age from which a temporary file was left by a killed process. A younger one may belong to another node.
const TEMP_MAX_AGE: Duration = Duration::from_secs(3600);

/// A directory of content. Several processes may use it at the same time.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
    /// Largest size of all files together, in bytes. Strangers choose the content, and must not fill the disk.
    max_bytes: u64,
}

impl Cache {
    /// Opens the cache in `dir`, which is created if missing.
    ///
    /// # Errors
    /// [`ContentError::Cache`].
    pub(crate) fn open(dir: PathBuf, max_bytes: u64) -> Result<Self, ContentError> {
        let cache = Self { dir, max_bytes };
        fs::create_dir_all(&cache.dir)
            .and_then(|()| cache.remove_stale_temp_files())
            .map_err(|reason| ContentError::Cache {
                path: cache.dir.clone(),
                reason,
            })?;
        Ok(cache)
    }

    /// Removes the temporary files of killed processes.
    fn remove_stale_temp_files(&self) -> io::Result<()> {
        for file in self.files()? {
            let age = file.used.elapsed().unwrap_or_default();
            if !file.is_content && age > TEMP_MAX_AGE {
                ignore_missing(fs::remove_file(file.path))?;
            }
        }
        Ok(())
    }

    /// Returns the content named `name`, or `None` if it is not here. A damaged file is removed and counts as missing, so
    /// that the caller fetches it again.
    ///
    /// # Errors
    /// [`ContentError::TooLarge`] if it has more than `max_bytes` bytes; [`ContentError::Cache`] if the disk fails.
    pub(crate) fn read(
        &self,
        name: ContentHash,
        max_bytes: u64,
    ) -> Result<Option<Vec<u8>>, ContentError> {
        let path = self.dir.join(name.to_string());
        let failed = |reason| ContentError::Cache {
            path: path.clone(),
            reason,
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        // `make_room` removes the files not used for longest. In a directory that another user owns this fails, and
        // reading works all the same.
        let _ = file.set_modified(SystemTime::now());
        let mut content = Vec::new();
        file.take(max_bytes.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(failed)?;
        if content.len() as u64 > max_bytes {
            return Err(ContentError::TooLarge {
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

    /// Writes `content` under `name`, whole or not at all: readers in other processes never see half a file. Content
    /// larger than the cache is not written.
    ///
    /// # Errors
    /// [`ContentError::Cache`].
    pub(crate) fn write(&self, name: ContentHash, content: &[u8]) -> Result<(), ContentError> {
        let path = self.dir.join(name.to_string());
        self.write_file(&path, content)
            .map_err(|reason| ContentError::Cache { path, reason })
    }

    fn write_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let size = content.len() as u64;
        if size > self.max_bytes {
            return Ok(());
        }
        self.make_room(self.max_bytes - size)?;
        let mut file = tempfile::Builder::new()
            .prefix(TEMP_PREFIX)
            .tempfile_in(&self.dir)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the content not used for longest until the rest, with the temporary files, fits into `room` bytes.
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

    /// Lists the content and the temporary files. Other files in the directory are not ours and are left alone.
    fn files(&self) -> io::Result<Vec<Cached>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            let is_content = name.parse::<ContentHash>().is_ok();
            if !is_content && !name.starts_with(TEMP_PREFIX) {
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
    /// False for a temporary file.
    is_content: bool,
    /// Time of the last read or write.
    used: SystemTime,
    /// In bytes.
    size: u64,
}

/// Takes a missing file for success: another node with the same directory may have removed it first.
fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
