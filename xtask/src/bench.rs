//! `cargo xtask bench`: figures of speed, measured on this machine.

use crate::{modules, process, workspace::Workspace};
use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Compare the engine of a node with Wasmtime as it comes: science, integers, floats, memory, calls
    Node {
        /// Rounds, each of which runs every kernel in every way; medians count
        #[arg(long, default_value_t = 31)]
        rounds: usize,
        /// End with one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Measures.
///
/// # Errors
/// When something does not build, or a kernel has different outputs.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let What::Node { rounds, json } = arguments.what;
    modules::build(workspace)?;
    process::announce("building the measurement");
    let common = [
        "--locked",
        "--ignore-rust-version",
        "--quiet",
        "--profile=simulate",
    ];
    let mut build = workspace.cargo();
    build.arg("build").args(common);
    build.args(["--package=assay-bench", "--package=assay-runner", "--bins"]);
    process::run(&mut build)?;
    let built = workspace.scratch.join("simulate");
    process::announce(format!(
        "measuring {rounds} rounds; leave the machine alone"
    ));
    let mut bench = std::process::Command::new(built.join("assay-bench"));
    bench
        .arg("--root")
        .arg(&workspace.root)
        .arg("--modules")
        .arg(workspace.artifacts("modules"))
        .arg("--child")
        .arg(built.join("assay-runner-child"))
        .args(["--rounds", &rounds.to_string()]);
    if json {
        bench.arg("--json");
    }
    process::run_showing_output(&mut bench)
}
