//! Files of a job: read and checked, then uploaded to a blob store.

use crate::{CliError, Result};
use assay_content::{ContentHash, ContentStore, JobUrls, Manifest, StoreConfig, MAX_CONTENT};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Roles of files in messages.
const MODULE: &str = "the module";
const INPUT: &str = "the input";
/// First bytes of every WebAssembly binary.
const WASM_MAGIC: &[u8] = b"\0asm";

/// A content store with a temporary cache, which is deleted when this value is dropped.
pub struct TempStore {
    pub store: ContentStore,
    _cache: TempDir,
}

impl TempStore {
    /// Opens a store that uploads to this blob store.
    pub fn for_upload(blob_store: String) -> Result<Self> {
        Self::open(vec![blob_store], JobUrls::Deny)
    }

    /// Opens a store that asks these blob stores in this order, and then the URLs of strangers that `job_urls` allows.
    pub fn open(blob_stores: Vec<String>, job_urls: JobUrls) -> Result<Self> {
        let cache = TempDir::new().map_err(|error| {
            CliError::failed(format!("cannot create a temporary directory: {error}"))
        })?;
        let store = ContentStore::open(StoreConfig {
            blob_stores,
            job_urls,
            ..StoreConfig::new(cache.path())
        })?;
        Ok(Self {
            store,
            _cache: cache,
        })
    }
}

/// The inputs of tasks, one each, and the manifest that names them.
pub struct Inputs {
    pub inputs: Vec<Vec<u8>>,
    pub manifest: Manifest,
}

impl Inputs {
    /// Reads and checks the files. Uploads nothing.
    ///
    /// # Errors
    /// `NotFound` if a file does not exist. `Usage` if a file is larger than nodes accept, or there is none.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        for path in paths {
            check_size(INPUT, path)?;
        }
        let inputs: Vec<_> = paths
            .iter()
            .map(|path| read(INPUT, path))
            .collect::<Result<_>>()?;
        let hashes = inputs.iter().map(|input| ContentHash::of(input));
        let manifest = Manifest::new(hashes.collect())
            .map_err(|_| CliError::usage("a job needs at least one input"))?;
        Ok(Self { inputs, manifest })
    }

    /// Returns the number of tasks.
    ///
    /// # Errors
    /// `Usage` if there are more than a job can count.
    pub fn task_count(&self) -> Result<u32> {
        u32::try_from(self.inputs.len()).map_err(|_| CliError::usage("too many inputs for one job"))
    }

    /// Uploads everything. Content that the blob store has already is not changed.
    pub fn upload(&self, content: &TempStore) -> Result<()> {
        for input in &self.inputs {
            content.store.put(input)?;
        }
        content.store.put(&self.manifest.encode())?;
        Ok(())
    }
}

/// The content of a job: module and inputs.
pub struct JobFiles {
    pub module: Vec<u8>,
    pub inputs: Inputs,
}

impl JobFiles {
    /// Reads and checks the files. Uploads nothing.
    ///
    /// # Errors
    /// Those of [`Inputs::read`], for the module, too; `Usage` if the module is not a WebAssembly binary.
    pub fn read(module: &Path, inputs: &[PathBuf]) -> Result<Self> {
        // All sizes are checked before the first file is read: it may be large.
        check_size(MODULE, module)?;
        for input in inputs {
            check_size(INPUT, input)?;
        }
        let bytes = read(MODULE, module)?;
        if !bytes.starts_with(WASM_MAGIC) {
            let module = module.display();
            return Err(CliError::usage(format!(
                "{module} is not a WebAssembly binary"
            )));
        }
        Ok(Self {
            module: bytes,
            inputs: Inputs::read(inputs)?,
        })
    }

    /// Uploads everything. Content that the blob store has already is not changed.
    pub fn upload(&self, content: &TempStore) -> Result<()> {
        content.store.put(&self.module)?;
        self.inputs.upload(content)
    }
}

/// Returns the files of a directory in the order of their names: one input each.
///
/// # Errors
/// `Usage` if the directory contains no file.
pub fn input_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| CliError::file("the inputs directory", dir, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        let dir = dir.display();
        return Err(CliError::usage(format!("there are no files in {dir}")));
    }
    Ok(files)
}

fn check_size(what: &str, path: &Path) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|error| CliError::file(what, path, &error))?;
    match metadata.len() {
        0..=MAX_CONTENT => Ok(()),
        size => Err(CliError::usage(format!(
            "{what} {} has {size} bytes, but nodes accept at most {MAX_CONTENT}; make it smaller",
            path.display()
        ))),
    }
}

fn read(what: &str, path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| CliError::file(what, path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn inputs_become_tasks_in_the_order_of_their_names() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b", "a", "c"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        fs::create_dir(dir.path().join("d")).unwrap();
        let module = dir.path().join("d/m.wasm");
        fs::write(&module, b"\0asm\x01\0\0\0").unwrap();

        let files = JobFiles::read(&module, &input_files(dir.path()).unwrap()).unwrap();

        assert_eq!(files.inputs.inputs, [b"a", b"b", b"c"]);
        assert_eq!(files.inputs.manifest.input(2), Some(ContentHash::of(b"c")));
    }

    #[test]
    fn files_larger_than_nodes_accept_are_rejected_unread() {
        let dir = tempfile::tempdir().unwrap();
        // Sparse files take no disk space.
        let sparse = |name: &str, size| {
            let path = dir.path().join(name);
            fs::File::create(&path).unwrap().set_len(size).unwrap();
            path
        };
        let (large, larger) = (
            sparse("large", MAX_CONTENT),
            sparse("larger", MAX_CONTENT + 1),
        );
        let small = sparse("small", 1);
        for (module, input) in [(&larger, &small), (&small, &larger)] {
            let error = JobFiles::read(module, std::slice::from_ref(input))
                .err()
                .unwrap();
            assert_eq!(error.exit_code, ExitCode::Usage);
            for text in [&larger.display().to_string(), "67108865", "67108864"] {
                assert!(error.message.contains(text), "{error}");
            }
        }
        assert!(check_size(INPUT, &large).is_ok());
    }

    #[test]
    fn missing_files_and_wrong_modules_are_rejected() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("text");
        fs::write(&file, "text").unwrap();
        let error =
            |module: &Path, inputs: &[PathBuf]| JobFiles::read(module, inputs).err().unwrap();
        assert_eq!(
            error(&file, std::slice::from_ref(&file)).exit_code,
            ExitCode::Usage
        );
        let missing = dir.path().join("missing");
        assert_eq!(
            error(&missing, std::slice::from_ref(&file)).exit_code,
            ExitCode::NotFound
        );
        assert_eq!(
            input_files(&missing).unwrap_err().exit_code,
            ExitCode::NotFound
        );
        let empty = dir.path().join("empty");
        fs::create_dir(&empty).unwrap();
        assert_eq!(input_files(&empty).unwrap_err().exit_code, ExitCode::Usage);
    }
}
