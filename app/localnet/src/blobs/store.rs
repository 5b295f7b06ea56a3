use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use assay_content::ContentHash;
use tempfile::{NamedTempFile, TempDir};

use crate::{Error, Result};

/// Blobs as files of one directory, each named by its hash.
pub struct BlobStore {
    dir: PathBuf,
    /// Removes the directory at the end, when nobody named one.
    _temporary: Option<TempDir>,
}

/// Why a blob could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("there is no blob {0} here: put it first, or ask the store that its uri names")]
    Missing(ContentHash),
    #[error("the stored bytes of blob {0} no longer match its hash: put it again")]
    Corrupt(ContentHash),
    #[error("the blob store's disk failed: {0}")]
    Disk(#[from] io::Error),
}

impl BlobStore {
    /// Opens the store in `dir`, which is made if missing, or in a temporary directory that lives as long as the store.
    pub fn open(dir: Option<&Path>) -> Result<Self> {
        let refused = |dir: &Path| {
            let dir = dir.to_owned();
            move |source| Error::BlobDir { dir, source }
        };
        match dir {
            Some(dir) => {
                fs::create_dir_all(dir).map_err(refused(dir))?;
                // Asking now for what every `put` needs finds a read-only directory before anything depends on it.
                NamedTempFile::new_in(dir).map_err(refused(dir))?;
                Ok(Self {
                    dir: dir.to_owned(),
                    _temporary: None,
                })
            }
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("assay-blobs-")
                    .tempdir()
                    .map_err(refused(&std::env::temp_dir()))?;
                Ok(Self {
                    dir: temporary.path().to_owned(),
                    _temporary: Some(temporary),
                })
            }
        }
    }

    /// The directory that holds the files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Keeps `bytes` and returns their name. A reader sees the whole blob or none; putting it again repairs a damaged file.
    pub fn put(&self, bytes: &[u8]) -> std::result::Result<ContentHash, BlobError> {
        let id = ContentHash::of(bytes);
        let mut file = NamedTempFile::new_in(&self.dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.path(id)).map_err(|failed| failed.error)?;
        Ok(id)
    }

    /// The bytes named `id`, checked against it.
    pub fn get(&self, id: ContentHash) -> std::result::Result<Vec<u8>, BlobError> {
        let bytes = match fs::read(self.path(id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::Missing(id))
            }
            read => read?,
        };
        match ContentHash::of(&bytes) == id {
            true => Ok(bytes),
            false => Err(BlobError::Corrupt(id)),
        }
    }

    fn path(&self, id: ContentHash) -> PathBuf {
        self.dir.join(id.to_string())
    }
}
