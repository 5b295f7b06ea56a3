//! What a build leaves behind.

use std::fmt;
use std::path::PathBuf;

/// A program's bytecode on disk.
pub struct Artifact {
    pub path: PathBuf,
    /// Size of the ELF file, in bytes.
    pub bytes: usize,
}

impl fmt::Display for Artifact {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        write!(out, "{name:<24} {:>8} bytes", self.bytes)
    }
}
