//! `cargo xtask lint`: checks the format, the dependencies and the lints. It needs no bytecode and runs no test.

use crate::{cargo_deny, process, report::Report, rustup, workspace::Workspace};
use anyhow::Result;

/// Runs the three checks.
///
/// # Errors
/// When a file is not formatted, a dependency breaks a rule of `deny.toml`, or a lint finds something.
pub fn run(workspace: &Workspace) -> Result<()> {
    check(workspace, &mut Report::default())
}

/// Runs the three checks as steps of `report`, the quickest first.
pub fn check(workspace: &Workspace, report: &mut Report) -> Result<()> {
    rustup::ensure_components(workspace)?;
    report.step("format", || check_format(workspace))?;
    report.step("dependencies", || cargo_deny::check(workspace))?;
    report.step("lints", || check_lints(workspace))
}

fn check_format(workspace: &Workspace) -> Result<()> {
    process::announce("checking the format");
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

/// Lints every crate and every target: libraries, binaries, tests and examples.
fn check_lints(workspace: &Workspace) -> Result<()> {
    process::announce("linting every crate and target");
    process::run(workspace.cargo().args([
        "clippy",
        "--locked",
        "--ignore-rust-version",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "--deny",
        "warnings",
    ]))
}
