//! LLVM 23 as a private folder of libraries.
//!
//! Older versions lack arguments on the stack and 128-bit library calls on BPF. Debian has LLVM 23 in the suite `sid` only,
//! whose C library does not fit a stable machine. So it is unpacked, never installed, and runs under its own loader.

use crate::{
    debian,
    pins::{self, Pin, Pins, Source},
    process,
    workspace::Workspace,
};
use anyhow::{ensure, Context, Result};
use std::{fs, path::PathBuf};

/// The package of the libraries; the rows of the table are what it depends on, too.
pub const PACKAGE: &str = "libllvm23";
/// The suite that has it.
pub const SUITE: &str = "sid";
/// The purpose in the table.
pub const PURPOSE: &str = "llvm";
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// Returns the folder of the libraries, after downloading them if this machine has not done so before (45 MB).
///
/// # Errors
/// When they cannot be downloaded, or a file is not the pinned one.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let pins = Pins::load()?;
    let packages = pins.debian(Source::Unpacked, SUITE, PURPOSE)?;
    let folder = workspace.cache.join(folder_name(&packages));
    if !folder.is_dir() {
        process::announce(format!(
            "unpacking {PACKAGE} of Debian {SUITE} to {}",
            folder.display()
        ));
        let partial = workspace.fresh_folder("libllvm.partial")?;
        debian::unpack(&packages, SUITE, &partial)?;
        let loader = partial.join(LIBRARIES).join("ld-linux-x86-64.so.2");
        ensure!(
            loader.exists(),
            "{PACKAGE} of Debian {SUITE} came without its loader"
        );
        fs::rename(&partial, &folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(folder.join(LIBRARIES))
}

/// Returns a name that other files would not have.
fn folder_name(packages: &[&Pin]) -> String {
    let hashes: String = packages.iter().map(|pin| pin.sha256.as_str()).collect();
    let mut hash = pins::sha256_of(hashes.as_bytes());
    hash.truncate(8);
    format!("{PACKAGE}-{hash}")
}
