//! The parts of Rust's own toolchain that a minimal installation comes without.

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// What the checks need: the name of each component and the cargo command it brings.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];

/// Installs the formatter and the linter where they are missing.
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
