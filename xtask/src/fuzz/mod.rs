//! `cargo xtask fuzz`: sends random sequences of every instruction to the bytecode, and checks what must always hold.

mod planted;

use crate::{build::RouteArguments, conformance, process, sbf, workspace::Workspace};
use anyhow::Result;
use clap::Args;
use std::{path::PathBuf, process::Command};

/// Transactions of a run, if no number is given.
const STEPS: u64 = 100_000;
/// Seed of a run, if none is given.
const SEED: u64 = 1;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Transactions to send; 100,000 if not given
    #[arg(long)]
    steps: Option<u64>,

    /// Seed of all random numbers; 1 if not given
    #[arg(long)]
    seed: Option<u64>,

    /// Parts at the same time; as many as there are processors if not given
    #[arg(long)]
    threads: Option<u16>,

    /// End with one JSON object
    #[arg(long)]
    json: bool,

    /// First put each bug of tests/fuzz/planted into a copy of the programs, and let the search find it
    #[arg(long)]
    planted: bool,

    /// Only the planted bugs of this name; may be repeated
    #[arg(long, value_name = "NAME", requires = "planted")]
    only: Vec<String>,

    /// Write docs/results/fuzz.*
    #[arg(long, conflicts_with = "only")]
    write: bool,

    /// Play a sequence of tests/fuzz/failures and print what becomes of each step
    #[arg(long, value_name = "FILE", conflicts_with_all = ["planted", "write", "json"])]
    replay: Option<PathBuf>,
}

/// Runs the search. What was done before with the same bytecode, seed and search is not done again.
///
/// # Errors
/// When something does not build, an invariant is broken, or a planted bug is not found.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let route = arguments.route.route();
    conformance::build(workspace, route, &sbf::PROGRAMS)?;
    let search = Search::build(workspace, arguments)?;
    if let Some(file) = &arguments.replay {
        let mut replay = search.command();
        replay.arg("--replay").arg(file);
        return process::run_showing_output(&mut replay);
    }
    let bugs = planted::read(workspace)?;
    let missed = if arguments.planted {
        planted::search(workspace, route, &search, &bugs, &arguments.only)?
    } else {
        Vec::new()
    };
    process::announce("searching in the programs as they are");
    let mut command = search.command();
    let steps = arguments.steps.unwrap_or(STEPS).to_string();
    command.args(["--steps", &steps]);
    command.arg("--root").arg(&workspace.root);
    command
        .arg("--planted")
        .arg(planted::write_record(workspace, &bugs)?);
    if arguments.json {
        command.arg("--json");
    }
    if arguments.write {
        let seed = arguments.seed.unwrap_or(SEED);
        let planted = if arguments.planted { " --planted" } else { "" };
        let made_by = format!("cargo xtask fuzz{planted} --steps {steps} --seed {seed} --write");
        let commit = workspace.commit()?;
        command.args(["--write", &format!("`{made_by}` at commit {commit}")]);
    }
    process::run_showing_output(&mut command)?;
    anyhow::ensure!(missed.is_empty(), "nothing finds these bugs: {missed:?}");
    Ok(())
}

/// The search, built.
struct Search {
    program: PathBuf,
    options: Vec<String>,
}

impl Search {
    fn build(workspace: &Workspace, arguments: &Arguments) -> Result<Self> {
        process::announce("building the search");
        let mut cargo = workspace.cargo();
        cargo.args([
            "build",
            "--ignore-rust-version",
            "--quiet",
            "--profile=simulate",
            "--package=assay-fuzz",
        ]);
        process::run(&mut cargo)?;
        let seed = arguments
            .seed
            .map(|seed| ["--seed".to_owned(), seed.to_string()]);
        let threads = arguments
            .threads
            .map(|threads| ["--threads".to_owned(), threads.to_string()]);
        Ok(Self {
            program: workspace.scratch.join("simulate").join("assay-fuzz"),
            options: [seed, threads].into_iter().flatten().flatten().collect(),
        })
    }

    /// Returns a command that runs it with the seed and the threads that were given.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.options);
        command
    }
}
