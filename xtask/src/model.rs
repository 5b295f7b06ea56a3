//! `cargo xtask model`: every state of a task, explored with optimization.

use crate::{process, workspace::Workspace};
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,

    /// Only what the test suite runs
    #[arg(long)]
    quick: bool,
}

/// Runs the model checker.
///
/// # Errors
/// When it does not build, or finds a violation.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    process::announce("building the model checker");
    let common = [
        "--ignore-rust-version",
        "--quiet",
        "--profile=simulate",
        "--package=assay-model",
    ];
    process::run(workspace.cargo().arg("build").args(common))?;
    process::announce("exploring every state of a task");
    let mut model = workspace.cargo();
    model.arg("run").args(common).arg("--");
    if arguments.json {
        model.arg("--json");
    }
    if arguments.quick {
        model.arg("--quick");
    }
    process::run_showing_output(&mut model)
}
