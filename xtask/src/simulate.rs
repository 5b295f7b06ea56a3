//! `cargo xtask simulate`: agents play the market's game, and every bar is checked.

use crate::{process, workspace::Workspace};
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,

    /// How many tasks to play, roughly; a little more than a million if not given
    #[arg(long)]
    tasks: Option<u64>,

    /// Seed of all random numbers; 1 if not given
    #[arg(long)]
    seed: Option<u64>,

    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<u16>,

    /// Only what the test suite runs: few tasks, wider bars
    #[arg(long)]
    quick: bool,

    /// Try other parameters, and print the cheapest that keep the bars
    #[arg(long, conflicts_with = "quick")]
    find: bool,

    /// Only what attacks on stake and votes bring, and the supply of ten years
    #[arg(long, conflicts_with_all = ["quick", "find", "write"])]
    governance: bool,

    /// Write docs/results/simulate.* and the table of worth
    #[arg(long, conflicts_with_all = ["quick", "find"])]
    write: bool,
}

/// Runs the simulator.
///
/// # Errors
/// When it does not build, or a bar does not hold.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    process::announce("building the simulator");
    let common = [
        "--ignore-rust-version",
        "--quiet",
        "--profile=simulate",
        "--package=assay-simulate",
    ];
    process::run(workspace.cargo().arg("build").args(common))?;
    process::announce("playing the market's game");
    let mut simulate = workspace.cargo();
    simulate.arg("run").args(common).arg("--");
    for (flag, given) in [
        ("--json", arguments.json),
        ("--quick", arguments.quick),
        ("--find", arguments.find),
        ("--governance", arguments.governance),
    ] {
        if given {
            simulate.arg(flag);
        }
    }
    for (option, value) in [
        ("--tasks", arguments.tasks),
        ("--seed", arguments.seed),
        ("--threads", arguments.threads.map(u64::from)),
    ] {
        if let Some(value) = value {
            simulate.arg(option).arg(value.to_string());
        }
    }
    if arguments.write {
        simulate.arg("--write").arg(&workspace.root);
    }
    process::run_showing_output(&mut simulate)
}
