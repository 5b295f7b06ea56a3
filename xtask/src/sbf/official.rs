//! The official route: `cargo build-sbf` of the Solana tools.
//!
//! It links what a manifest declares as `cdylib`. Our programs are plain libraries, because a `cdylib` in their manifests
//! would make each program that calls another link that one too. So each program gets a thin `cdylib` crate around it.

use super::Program;
use crate::{
    process,
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns whether the tool is on this machine.
pub fn is_installed() -> bool {
    process::succeeds(Command::new("cargo").args(["build-sbf", "--version"]))
}

/// Checks that the tool is on this machine; it installs the rest itself.
///
/// # Errors
/// When it is not installed.
pub fn require() -> Result<()> {
    ensure!(
        is_installed(),
        "`cargo build-sbf` is not installed; install the Solana tools, or build with --upstream"
    );
    Ok(())
}

/// Compiles one program, doing nothing when it is fresh, and returns the path of its ELF file.
pub fn compile(workspace: &Workspace, program: &Program) -> Result<PathBuf> {
    let shell = write_shell(workspace, program)?;
    let out = shell.join("out");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&shell)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO_TARGET_DIR")
        .args(["build-sbf", "--arch", "v3", "--sbf-out-dir"])
        .arg(&out)
        .args(["--", "--target-dir"])
        .arg(workspace.scratch.join("sbf-official").join("target"));
    process::run(&mut cargo)
        .with_context(|| format!("{} does not build for SBF", program.name()))?;
    Ok(out.join(format!("{}_shell.so", program.name())))
}

/// Writes the thin crate and returns its folder. The crate is a workspace of its own with our lockfile and profile.
fn write_shell(workspace: &Workspace, program: &Program) -> Result<PathBuf> {
    let folder = workspace.scratch.join("sbf-official").join(program.folder);
    let manifest = shell_manifest(
        program,
        &program.manifest_folder(workspace),
        &workspace.release_profile()?,
    );
    replace_file(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    let source = format!("#![no_std]\npub use ::{} as program;\n", program.name());
    replace_file(&folder.join("src").join("lib.rs"), source.as_bytes())?;
    if !folder.join("Cargo.lock").exists() {
        let lock = fs::read(workspace.root.join("Cargo.lock"))
            .context("the workspace has no Cargo.lock")?;
        replace_file(&folder.join("Cargo.lock"), &lock)?;
    }
    Ok(folder)
}

/// Returns the manifest of the thin crate. `profile` is the workspace's `[profile.release]`, as TOML.
fn shell_manifest(program: &Program, path: &Path, profile: &str) -> String {
    format!(
        r#"[workspace]

[package]
name = "{package}-shell"
version = "0.0.0"
edition = "2021"
publish = false

[lib]
crate-type = ["cdylib"]

[dependencies]
{package} = {{ path = "{path}" }}

{profile}"#,
        package = program.package,
        path = path.display(),
    )
}
