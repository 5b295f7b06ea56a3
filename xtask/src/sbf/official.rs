//! The official route: `cargo build-sbf` of the Solana tools.
//!
//! It links what a manifest declares as `cdylib`. Our programs are plain libraries, because a `cdylib` in their manifests
//! would make each program that calls another link that one too; so it gets a thin `cdylib` crate around the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{ensure, Context, Result};

use super::{BackEnd, Program};
use crate::process;
use crate::workspace::{replace_file, Workspace};

/// Whether the tool is on this machine.
pub fn installed() -> bool {
    process::succeeds(Command::new("cargo").args(["build-sbf", "--version"]))
}

/// The route with its tool present.
pub struct Official<'a> {
    workspace: &'a Workspace,
}

impl<'a> Official<'a> {
    /// Checks that the tool is installed; it installs the rest itself.
    pub fn set_up(workspace: &'a Workspace) -> Result<Self> {
        ensure!(installed(), "`cargo build-sbf` is not installed; install the Solana tools, or build with --upstream");
        Ok(Self { workspace })
    }

    /// Writes the thin crate and returns its folder. It is a workspace of its own with our lockfile and profile.
    fn shell(&self, program: &Program) -> Result<PathBuf> {
        let folder = self
            .workspace
            .scratch
            .join("sbf-official")
            .join(program.folder);
        let manifest = shell_manifest(
            program,
            &program.manifest_folder(self.workspace),
            &self.workspace.release_profile()?,
        );
        replace_file(&folder.join("Cargo.toml"), manifest.as_bytes())?;
        let source = format!("#![no_std]\npub use ::{} as program;\n", program.name());
        replace_file(&folder.join("src").join("lib.rs"), source.as_bytes())?;
        if !folder.join("Cargo.lock").exists() {
            let lock = fs::read(self.workspace.root.join("Cargo.lock"))
                .context("the workspace has no Cargo.lock")?;
            replace_file(&folder.join("Cargo.lock"), &lock)?;
        }
        Ok(folder)
    }
}

impl BackEnd for Official<'_> {
    fn name(&self) -> &'static str {
        "official"
    }

    fn compile(&self, program: &Program) -> Result<PathBuf> {
        let shell = self.shell(program)?;
        let out = shell.join("out");
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(&shell)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO_TARGET_DIR")
            .args(["build-sbf", "--arch", "v3", "--sbf-out-dir"])
            .arg(&out)
            .args(["--", "--target-dir"])
            .arg(self.workspace.scratch.join("sbf-official").join("target"));
        process::run(&mut cargo)
            .with_context(|| format!("{} does not build for SBF", program.name()))?;
        Ok(out.join(format!("{}_shell.so", program.name())))
    }
}

/// `profile` is the workspace's `[profile.release]`, as TOML.
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
