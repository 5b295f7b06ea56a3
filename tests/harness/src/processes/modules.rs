//! Small WebAssembly modules.

use crate::process::repository;
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Writes its input to its output, up to 64 KiB.
pub const ECHO: &str = include_str!("../modules/echo.wat");
/// The same after counting to 300 million, four instructions each: slow enough to be caught running.
pub const PONDER: &str = include_str!("../modules/ponder.wat");

/// Compiles text to a module file in `dir`; answers its path.
pub fn compiled(dir: &Path, name: &str, source: &str) -> PathBuf {
    let file = dir.join(name).with_extension("wasm");
    let bytes = wat::parse_str(source).unwrap_or_else(|e| panic!("{name}: {e}"));
    fs::write(&file, bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    file
}

/// Compiles one of the repository's hostile modules.
pub fn hostile(dir: &Path, name: &str) -> PathBuf {
    let file = repository()
        .join("examples/hostile")
        .join(name)
        .with_extension("wat");
    let source = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    compiled(dir, name, &source)
}

/// The name of a content.
pub fn sha256_hex(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
