//! The build of `assay` that a provider installs: without the feature `localnet`, and so without the local network's SVM.

use crate::{process, workspace::Workspace};
use anyhow::{ensure, Result};
use std::process::Command;

/// Prefixes of the names of the crates that only the local network needs.
const LOCALNET_CRATES: [&str; 3] = ["assay-localnet", "litesvm", "surfpool"];

/// Checks that the build compiles without warnings and has none of the local network's dependencies.
///
/// # Errors
/// When it does not compile, or such a dependency is in its tree.
pub fn check(workspace: &Workspace) -> Result<()> {
    process::announce("checking the build of `assay` without the local network");
    check_dependencies(&process::output(&mut cargo(
        workspace,
        &["tree", "--edges=normal,build", "--prefix=none"],
    ))?)?;
    process::run(
        cargo(
            workspace,
            &[
                "clippy",
                "--all-targets",
                "--ignore-rust-version",
                "--quiet",
            ],
        )
        .args(["--", "--deny", "warnings"]),
    )
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(arguments).args([
        "--locked",
        "--package",
        "assay-cli",
        "--no-default-features",
    ]);
    cargo
}

/// Checks a `cargo tree` without indentation: one crate a line, its name first.
fn check_dependencies(tree: &str) -> Result<()> {
    ensure!(
        tree.starts_with("assay-cli "),
        "`cargo tree` printed something else than the tree of assay-cli"
    );
    let unwanted = tree.lines().find(|line| {
        LOCALNET_CRATES
            .iter()
            .any(|prefix| line.starts_with(prefix))
    });
    ensure!(
        unwanted.is_none(),
        "without the feature `localnet`, `assay` depends on {}; make that dependency optional in app/cli/Cargo.toml",
        unwanted.unwrap_or_default()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_of_the_local_network_is_named() {
        assert!(check_dependencies("assay-cli v0.1.0 (/app/cli)\nclap v4.6.0\n").is_ok());
        let tree = "assay-cli v0.1.0 (/app/cli)\nlitesvm v0.18.1\n";
        let error = check_dependencies(tree).unwrap_err().to_string();
        assert!(error.contains("litesvm v0.18.1"), "{error}");
    }

    #[test]
    fn something_else_than_a_tree_proves_nothing() {
        assert!(check_dependencies("").is_err());
    }
}
