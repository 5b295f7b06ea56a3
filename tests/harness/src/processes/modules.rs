//! Small WebAssembly modules.

use super::Workspace;
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Copies its input to its output.
pub const ECHO: &str = include_str!("../../modules/echo.wat");
/// Does the same after counting to 300 million, four instructions each: slow enough to be seen running.
pub const SLOW_LOOP: &str = include_str!("../../modules/slow_loop.wat");

/// Compiles WebAssembly text to a module file in `directory` and returns its path.
#[track_caller]
pub fn compile_module(directory: &Path, name: &str, source: &str) -> PathBuf {
    let file = directory.join(name).with_extension("wasm");
    let bytes = wat::parse_str(source).unwrap_or_else(|e| panic!("{name}: {e}"));
    fs::write(&file, bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    file
}

/// Compiles one of the modules in `examples/hostile` and returns its path.
#[track_caller]
pub fn compile_hostile_module(directory: &Path, name: &str) -> PathBuf {
    let sources = Workspace::of_test().root.join("examples/hostile");
    let file = sources.join(name).with_extension("wat");
    let source = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    compile_module(directory, name, &source)
}

/// Returns the name of a content in a blob store: its SHA-256 in hexadecimal digits.
pub fn sha256_hex(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
