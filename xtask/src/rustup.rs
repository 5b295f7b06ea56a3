//! The parts of Rust's toolchain that a minimal installation comes without.
//!
//! `rust-toolchain.toml` names them, and rustup installs them with the toolchain. Where the toolchain was there before, or
//! rustup installs nothing on its own, they may be missing.

use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};

/// The components that the checks need, each with the cargo command that it brings.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];

/// Installs the formatter and the linter where they are missing.
///
/// # Errors
/// When rustup cannot install one.
pub fn ensure_components(workspace: &Workspace) -> Result<()> {
    for (component, command) in COMPONENTS {
        if process::succeeds(workspace.cargo().args([command, "--version"])) {
            continue;
        }
        process::announce(format!("installing {component}"));
        let mut rustup = std::process::Command::new("rustup");
        rustup
            .current_dir(&workspace.root)
            .args(["component", "add", component]);
        process::run(&mut rustup).with_context(|| {
            format!("the tests check with {component}, which rustup cannot install; install it and run this again")
        })?;
    }
    Ok(())
}
