//! `cargo xtask simulate`: agents play the market's game, and every bar is checked.

use anyhow::Result;
use clap::Args;

use crate::process;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Arguments {
    /// Print one JSON object with the figures as the last line
    #[arg(long)]
    json: bool,

    /// How many tasks to play, roughly; a million if not given
    #[arg(long)]
    tasks: Option<u64>,

    /// Seed of all random numbers; 1 if not given
    #[arg(long)]
    seed: Option<u64>,

    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,

    /// Play few tasks, with wider bars
    #[arg(long)]
    quick: bool,

    /// Try other parameters, and print the cheapest that keep the bars
    #[arg(long, conflicts_with = "quick")]
    find: bool,

    /// Write docs/results/simulate.* and the table of worth
    #[arg(long, conflicts_with_all = ["quick", "find"])]
    write: bool,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    process::announce("building the simulator");
    process::run(workspace.cargo().args([
        "build",
        "--ignore-rust-version",
        "--quiet",
        "--profile",
        "simulate",
        "--package",
        "assay-simulate",
    ]))?;
    let mut simulate =
        std::process::Command::new(workspace.scratch.join("simulate/assay-simulate"));
    for (flag, given) in [
        ("--json", arguments.json),
        ("--quick", arguments.quick),
        ("--find", arguments.find),
    ] {
        if given {
            simulate.arg(flag);
        }
    }
    for (option, value) in [
        ("--tasks", arguments.tasks),
        ("--seed", arguments.seed),
        ("--threads", arguments.threads.map(|threads| threads as u64)),
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
