//! LLVM 23 as a private folder of libraries.
//!
//! Older versions lack arguments on the stack and 128-bit library calls on BPF. Debian has LLVM 23 in the suite `sid` only,
//! whose C library does not fit a stable machine. So it is unpacked, never installed, and runs under its own loader.

use crate::{debian, process, workspace::Workspace};
use anyhow::{ensure, Context, Result};
use std::{fs, path::PathBuf};

const PACKAGE: &str = "libllvm23";
const SUITE: &str = "sid";
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// Returns the folder of the libraries, after downloading them if this machine has not done so before (45 MB).
///
/// # Errors
/// When they cannot be downloaded.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.cache.join(PACKAGE);
    if !folder.is_dir() {
        process::announce(format!(
            "unpacking {PACKAGE} of Debian {SUITE} to {}",
            folder.display()
        ));
        let partial = workspace.fresh_folder("libllvm.partial")?;
        debian::unpack(PACKAGE, SUITE, &partial)?;
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
