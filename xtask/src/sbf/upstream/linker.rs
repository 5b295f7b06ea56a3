//! sbpf-linker, from the crate registry.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

const VERSION: &str = "0.2.6";

/// What of it does the work besides LLVM. To optimise the other packages takes twice as long and saves nothing.
const OPTIMISED: [&str; 3] = ["sbpf-linker", "sbpf-assembler", "sbpf-common"];

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
            OPTIMISED
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
