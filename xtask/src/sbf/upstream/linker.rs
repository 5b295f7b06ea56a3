//! sbpf-linker, from crates.io.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

const VERSION: &str = "0.2.6";

/// The linker's path, after building it if this machine has not done so before (one or two minutes).
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.cache.join(format!("sbpf-linker-{VERSION}"));
    let linker = folder.join("bin").join("sbpf-linker");
    if linker.is_file() {
        return Ok(linker);
    }
    process::announce(format!(
        "installing sbpf-linker {VERSION} to {}",
        folder.display()
    ));
    let partial = workspace.fresh_folder("sbpf-linker.partial")?;
    let mut install = workspace.cargo();
    install
        // LLVM does its heavy work; optimising the rest fully takes longer than it ever saves.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .args([
            "install",
            "sbpf-linker",
            "--version",
            VERSION,
            "--locked",
            "--ignore-rust-version",
            "--no-track",
        ])
        .arg("--root")
        .arg(&partial)
        .arg("--target-dir")
        .arg(partial.join("target"));
    process::run(&mut install)
        .context("sbpf-linker, which the upstream SBF route links with, does not install")?;
    fs::remove_dir_all(partial.join("target"))?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(linker)
}
