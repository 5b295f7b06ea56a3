//! Compiled code on disk, so that a restart, a flood of other modules or a kill costs no compiling.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::ModuleHash;

/// First bytes of a file.
const MAGIC: [u8; 8] = *b"assaycc1";
/// Bytes of a file before its content: these and BLAKE3 of the rest.
const HEAD: usize = MAGIC.len() + 32;
/// Ending of a file that is being written.
const UNFINISHED: &str = "new";

/// What is known of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// Its compiled code.
    Code(Vec<u8>),
    /// It is invalid, for this reason.
    Invalid(String),
}

/// A folder of compiled modules, one file each. The files that were used least recently are removed when there are too many
/// bytes, except those that are kept.
pub(super) struct CodeCache {
    dir: PathBuf,
    max_bytes: u64,
    /// Modules whose files are not removed.
    kept: Mutex<HashSet<ModuleHash>>,
    /// Tells the files apart that are being written.
    written: AtomicU64,
}

impl CodeCache {
    /// Opens the folder `dir` for code of the build named `build`, up to `max_bytes` of it. Removes what another build has
    /// compiled and what was not written to its end. Nobody but this user may read the folder.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn open(dir: &Path, build: &[u8; 32], max_bytes: u64) -> io::Result<Self> {
        let build: String = build[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let own = dir.join(&build);
        DirBuilder::new().recursive(true).mode(0o700).create(&own)?;
        for folder in [dir, &own] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_name() != *build {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let cache = Self {
            dir: own,
            max_bytes,
            kept: Mutex::default(),
            written: AtomicU64::new(0),
        };
        for file in cache.files()? {
            if file
                .path
                .extension()
                .is_some_and(|ending| ending == UNFINISHED)
            {
                fs::remove_file(file.path)?;
            }
        }
        Ok(cache)
    }

    /// Returns whether a file of the module is there.
    pub(super) fn contains(&self, module: &ModuleHash) -> bool {
        self.path(module).is_file()
    }

    /// Returns what is known of a module. A file that is damaged is removed.
    pub(super) fn get(&self, module: &ModuleHash) -> Option<Entry> {
        let path = self.path(module);
        let bytes = fs::read(&path).ok()?;
        let entry = decode(bytes);
        if entry.is_none() {
            let _ = fs::remove_file(&path);
            return None;
        }
        // The time says when it was used last, also after a restart.
        let _ = File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        entry
    }

    /// Adds what is known of a module, and makes room for it.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn put(&self, module: &ModuleHash, entry: &Entry) -> io::Result<()> {
        let (kind, content) = match entry {
            Entry::Code(code) => ([0], code.as_slice()),
            Entry::Invalid(reason) => ([1], reason.as_bytes()),
        };
        let mut hash = blake3::Hasher::new();
        hash.update(&kind).update(content);
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let path = self.path(module);
        let unfinished = path.with_extension(format!("{number}.{UNFINISHED}"));
        let write = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            let mut file = options
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&unfinished)?;
            for part in [&MAGIC[..], hash.finalize().as_bytes(), &kind, content] {
                file.write_all(part)?;
            }
            // Not synchronized: a file that a loss of power has damaged does not fit its hash.
            fs::rename(&unfinished, &path)
        };
        let written = write();
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        self.evict(module)
    }

    /// Keeps the files of these modules, and of no others, until the next call.
    pub(super) fn keep(&self, modules: &HashSet<ModuleHash>) {
        let mut kept = self.kept();
        if *kept != *modules {
            kept.clone_from(modules);
        }
    }

    /// Removes the files that were used least recently until the rest is small enough. Spares `newest`, which is about to be
    /// used, and those that are kept.
    fn evict(&self, newest: &ModuleHash) -> io::Result<()> {
        let mut files = self.files()?;
        files.sort_by_key(|file| file.used);
        let mut total = files
            .iter()
            .map(|file| file.bytes)
            .fold(0, u64::saturating_add);
        let kept = self.kept();
        let spared: HashSet<PathBuf> = kept
            .iter()
            .chain([newest])
            .map(|module| self.path(module))
            .collect();
        for file in files {
            if total <= self.max_bytes {
                break;
            }
            if !spared.contains(&file.path) {
                fs::remove_file(&file.path)?;
                total = total.saturating_sub(file.bytes);
            }
        }
        Ok(())
    }

    fn files(&self) -> io::Result<Vec<CodeFile>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // Another thread may have removed it meanwhile.
            if let Ok(metadata) = entry.metadata() {
                files.push(CodeFile {
                    path: entry.path(),
                    bytes: metadata.len(),
                    used: metadata.modified()?,
                });
            }
        }
        Ok(files)
    }

    fn path(&self, module: &ModuleHash) -> PathBuf {
        let name: String = module.iter().map(|byte| format!("{byte:02x}")).collect();
        self.dir.join(name)
    }

    fn kept(&self) -> MutexGuard<'_, HashSet<ModuleHash>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct CodeFile {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Returns the content of a file, or `None` if it is damaged.
fn decode(mut bytes: Vec<u8>) -> Option<Entry> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (magic, hash) = head.split_at_checked(MAGIC.len())?;
    if magic != MAGIC || *blake3::hash(rest).as_bytes() != *hash {
        return None;
    }
    let kind = *rest.first()?;
    bytes.drain(..HEAD + 1);
    match kind {
        0 => Some(Entry::Code(bytes)),
        1 => String::from_utf8(bytes).ok().map(Entry::Invalid),
        _ => None,
    }
}

/// Returns the name of a build: of all that decides how code is compiled. `compatibility` is Wasmtime's part of it; the rest is
/// the program itself, which may treat a module in another way before it is compiled.
pub(super) fn build_name(compatibility: &[u8; 32], program: &Path) -> io::Result<[u8; 32]> {
    let program = fs::metadata(program)?;
    let modified = program.modified()?.duration_since(SystemTime::UNIX_EPOCH);
    let modified = modified.unwrap_or_default().as_nanos();
    let hash = Sha256::new()
        .chain_update(compatibility)
        .chain_update(env!("CARGO_PKG_VERSION"))
        .chain_update(program.len().to_le_bytes())
        .chain_update(modified.to_le_bytes());
    Ok(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const BUILD: [u8; 32] = [9; 32];

    fn open(dir: &Path) -> CodeCache {
        CodeCache::open(dir, &BUILD, 1_000).unwrap()
    }

    fn code(byte: u8) -> Entry {
        Entry::Code(vec![byte; 300])
    }

    /// Adds the code of module `byte`, used `age` seconds ago.
    fn put(cache: &CodeCache, byte: u8, age: u64) {
        cache.put(&[byte; 32], &code(byte)).unwrap();
        let file = File::open(cache.path(&[byte; 32])).unwrap();
        let used = SystemTime::now() - Duration::from_secs(age);
        file.set_modified(used).unwrap();
    }

    fn present(cache: &CodeCache) -> Vec<u8> {
        let here = |byte: &u8| cache.contains(&[*byte; 32]);
        (0..10).filter(here).collect()
    }

    #[test]
    fn what_is_known_of_a_module_survives_a_restart_and_nobody_else_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("code");
        let invalid = Entry::Invalid("no memory".into());
        put(&open(&dir), 1, 0);
        open(&dir).put(&[2; 32], &invalid).unwrap();
        let cache = open(&dir);
        assert_eq!(cache.get(&[1; 32]), Some(code(1)));
        assert_eq!(cache.get(&[2; 32]), Some(invalid));
        assert_eq!(cache.get(&[3; 32]), None);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&cache.dir)), (0o700, 0o700));
        assert_eq!(mode(&cache.path(&[1; 32])), 0o600);
    }

    #[test]
    fn damaged_and_cut_files_are_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path());
        put(&cache, 1, 0);
        let path = cache.path(&[1; 32]);
        let whole = fs::read(&path).unwrap();
        for place in [0, 8, 40, 41, 340] {
            let mut damaged = whole.clone();
            damaged[place] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert_eq!(cache.get(&[1; 32]), None, "{place}");
            assert!(!cache.contains(&[1; 32]), "{place}");
        }
        for length in [0, 7, 40, 340] {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(cache.get(&[1; 32]), None, "{length}");
        }
    }

    #[test]
    fn another_build_compiles_anew_and_unfinished_files_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        put(&open(dir.path()), 1, 0);
        let cache = open(dir.path());
        fs::write(cache.dir.join("half.0.new"), b"half").unwrap();
        assert_eq!(open(dir.path()).files().unwrap().len(), 1);
        let other = CodeCache::open(dir.path(), &[8; 32], 1_000).unwrap();
        assert!(present(&other).is_empty());
        assert!(present(&open(dir.path())).is_empty(), "it is removed");
    }

    #[test]
    fn the_least_recently_used_goes_first_except_what_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path());
        put(&cache, 1, 30);
        put(&cache, 2, 20);
        // Reading it makes it the newest.
        assert!(cache.get(&[1; 32]).is_some());
        put(&cache, 3, 0);
        assert_eq!(present(&cache), [1, 3]);
        put(&cache, 4, 40);
        put(&cache, 5, 0);
        assert_eq!(present(&cache).len(), 2);
        cache.keep(&HashSet::from([[5; 32]]));
        for byte in 6..9 {
            put(&cache, byte, 0);
            assert!(cache.contains(&[5; 32]) && cache.contains(&[byte; 32]));
        }
        // What is kept and what comes may be more than all.
        cache.keep(&(0..10).map(|byte| [byte; 32]).collect());
        put(&cache, 9, 0);
        assert!(present(&cache).len() > 2);
    }

    #[test]
    fn the_build_is_named_by_engine_and_program() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("program");
        fs::write(&program, b"one").unwrap();
        let first = build_name(&[1; 32], &program).unwrap();
        assert_eq!(build_name(&[1; 32], &program).unwrap(), first);
        assert_ne!(build_name(&[2; 32], &program).unwrap(), first);
        fs::write(&program, b"another").unwrap();
        assert_ne!(build_name(&[1; 32], &program).unwrap(), first);
    }
}
