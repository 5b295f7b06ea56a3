//! sbpf-linker, built from the crate registry.

use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use std::{fs, path::PathBuf};

const VERSION: &str = "0.2.6";

/// The packages that do the work besides LLVM. Optimizing the others takes twice as long and saves nothing.
const OPTIMIZED: [&str; 3] = ["sbpf-linker", "sbpf-assembler", "sbpf-common"];

/// Returns the linker's path, after building it if this machine has not done so before (one or two minutes).
///
/// # Errors
/// When it does not build.
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
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .args([
            "install",
            "sbpf-linker",
            "--version",
            VERSION,
            "--locked",
            "--ignore-rust-version",
            "--no-track",
        ])
        .args(
            OPTIMIZED
                .map(|package| format!("--config=profile.release.package.{package}.opt-level=2")),
        )
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
