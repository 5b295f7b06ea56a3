//! sbpf-linker, built from the crate registry.

use crate::{crates, workspace::Workspace};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The crate, and its program.
pub const NAME: &str = "sbpf-linker";

/// The packages that do the work besides LLVM. Optimizing the others takes twice as long and saves nothing.
const OPTIMIZED: [&str; 3] = [NAME, "sbpf-assembler", "sbpf-common"];

/// Returns the linker's path, after building it if this machine has not done so before (one or two minutes).
///
/// # Errors
/// When it does not build.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    crates::ensure(workspace, NAME, &OPTIMIZED).context("the upstream SBF route needs its linker")
}
