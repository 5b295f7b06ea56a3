//! Modules, inputs and results: read from files, kept in a blob store under their hash.

use crate::{Exit, Failure, Result};
use assay_content::{ContentHash, ContentStore, JobUrls, Manifest, StoreConfig, MAX_CONTENT};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// What a file is to the job, as messages say it.
const MODULE: &str = "the module";
const INPUT: &str = "the input";
/// What every WebAssembly binary begins with.
const WASM_MAGIC: &[u8] = b"\0asm";

/// A content store for the time of one command; its cache is removed with it.
pub struct Contents {
    pub store: ContentStore,
    _cache: TempDir,
}

impl Contents {
    /// Over these blob stores, in this order.
    pub fn open(blob_stores: Vec<String>) -> Result<Self> {
        let cache = TempDir::new().map_err(|error| {
            Failure::new(Exit::Failed, format!("no temporary directory: {error}"))
        })?;
        let store = ContentStore::open(StoreConfig {
            blob_stores,
            job_urls: JobUrls::Http,
            ..StoreConfig::new(cache.path())
        })?;
        Ok(Self {
            store,
            _cache: cache,
        })
    }
}

/// A job's content, read and checked; nothing was uploaded.
pub struct Batch {
    pub module: Vec<u8>,
    pub inputs: Vec<Vec<u8>>,
    pub manifest: Manifest,
}

impl Batch {
    /// Errors: a file is missing, unreadable or larger than nodes take, the module is no WebAssembly, there is no input.
    pub fn read(module: &Path, inputs: &[PathBuf]) -> Result<Self> {
        // All sizes first, so that nothing is read in vain.
        check_size(MODULE, module)?;
        for input in inputs {
            check_size(INPUT, input)?;
        }
        let binary = read(MODULE, module)?;
        if !binary.starts_with(WASM_MAGIC) {
            let module = module.display();
            return Err(Failure::usage(format!(
                "{module} is not a WebAssembly binary"
            )));
        }
        let contents: Vec<_> = inputs
            .iter()
            .map(|path| read(INPUT, path))
            .collect::<Result<_>>()?;
        let hashes = contents.iter().map(|input| ContentHash::of(input));
        let manifest = Manifest::new(hashes.collect())
            .map_err(|_| Failure::usage("a job needs at least one input"))?;
        Ok(Self {
            module: binary,
            inputs: contents,
            manifest,
        })
    }

    /// Puts everything into the store. Putting what is there already changes nothing.
    pub fn upload(&self, contents: &Contents) -> Result<()> {
        contents.store.put(&self.module)?;
        for input in &self.inputs {
            contents.store.put(input)?;
        }
        contents.store.put(&self.manifest.encode())?;
        Ok(())
    }
}

/// The files of a directory in the order of their names: one task each.
pub fn files_of(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| Failure::file("the inputs directory", dir, &error);
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
        return Err(Failure::usage(format!("there are no files in {dir}")));
    }
    Ok(files)
}

fn check_size(what: &str, path: &Path) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|error| Failure::file(what, path, &error))?;
    match metadata.len() {
        0..=MAX_CONTENT => Ok(()),
        size => Err(Failure::usage(format!(
            "{what} {} has {size} bytes, but nodes take at most {MAX_CONTENT}; make it smaller",
            path.display()
        ))),
    }
}

fn read(what: &str, path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Failure::file(what, path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_become_tasks_in_the_order_of_their_names() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b", "a", "c"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        fs::create_dir(dir.path().join("d")).unwrap();
        let module = dir.path().join("d/m.wasm");
        fs::write(&module, b"\0asm\x01\0\0\0").unwrap();

        let batch = Batch::read(&module, &files_of(dir.path()).unwrap()).unwrap();

        assert_eq!(batch.inputs, [b"a", b"b", b"c"]);
        assert_eq!(batch.manifest.input(2), Some(ContentHash::of(b"c")));
    }

    #[test]
    fn files_larger_than_nodes_take_are_refused_unread() {
        let dir = tempfile::tempdir().unwrap();
        // Sparse: they take no room.
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
            let refused = Batch::read(module, std::slice::from_ref(input))
                .err()
                .unwrap();
            assert_eq!(refused.exit, Exit::Usage);
            for said in [&larger.display().to_string(), "67108865", "67108864"] {
                assert!(refused.message.contains(said), "{refused}");
            }
        }
        assert!(check_size(INPUT, &large).is_ok());
    }

    #[test]
    fn missing_files_and_wrong_modules_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("text");
        fs::write(&file, "text").unwrap();
        let refused =
            |module: &Path, inputs: &[PathBuf]| Batch::read(module, inputs).err().unwrap();
        assert_eq!(
            refused(&file, std::slice::from_ref(&file)).exit,
            Exit::Usage
        );
        let missing = dir.path().join("missing");
        assert_eq!(
            refused(&missing, std::slice::from_ref(&file)).exit,
            Exit::NotFound
        );
        assert_eq!(files_of(&missing).unwrap_err().exit, Exit::NotFound);
        let empty = dir.path().join("empty");
        fs::create_dir(&empty).unwrap();
        assert_eq!(files_of(&empty).unwrap_err().exit, Exit::Usage);
    }
}
