//! `cargo xtask test`: everything that must hold, from the toolchain up.

use anyhow::Result;
use clap::Args;
use std::time::Instant;

use super::build::RouteChoice;
use crate::workspace::Workspace;
use crate::{conformance, idl, modules, process, rustup, sbf, suites};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,

    /// Test targets to run instead of everything: staking, market, rewards, governance, compute_units, golden_vectors,
    /// scenarios, write_locks, full_bank, e2e
    suites: Vec<String>,
}

/// The programs' code is held to the lints of money code; tests may unwrap.
const LINTED: [&str; 5] = [
    "assay-shared",
    "assay-staking",
    "assay-market",
    "assay-rewards",
    "assay-governance",
];

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    let started = Instant::now();
    let route = arguments.route.route();
    let counts = if arguments.suites.is_empty() {
        everything(workspace, route)?
    } else {
        selected(workspace, route, &arguments.suites)?
    };
    let seconds = started.elapsed().as_secs();
    process::announce(format!(
        "all green in {} min {} s",
        seconds / 60,
        seconds % 60
    ));
    println!(
        "{} passed, {} failed, {} skipped",
        counts.passed, counts.failed, counts.ignored
    );
    Ok(())
}

fn everything(workspace: &Workspace, route: sbf::Route) -> Result<suites::Counts> {
    rustup::ensure_components(workspace)?;
    process::announce("checking the format");
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
    let own = suites::test_xtask(workspace)?;
    // Nothing made by the toolchain is trusted before this.
    conformance::prove(workspace, route)?;
    sbf::build(workspace, route, &sbf::PROGRAMS)?;
    process::announce("comparing the committed IDLs with the programs");
    idl::check(workspace)?;
    lint(workspace)?;
    modules::build(workspace)?;
    suites::build_binaries(workspace)?;
    process::announce("running every test of the workspace");
    Ok(own.plus(suites::test(workspace, &[])?))
}

fn lint(workspace: &Workspace) -> Result<()> {
    process::announce("linting the programs");
    let mut clippy = workspace.cargo();
    clippy.args(["clippy", "--ignore-rust-version", "--quiet", "--lib"]);
    for package in LINTED {
        clippy.args(["--package", package]);
    }
    process::run(clippy.args(["--", "--deny", "warnings"]))
}

fn selected(workspace: &Workspace, route: sbf::Route, names: &[String]) -> Result<suites::Counts> {
    conformance::build(workspace, route, &sbf::PROGRAMS)?;
    if names.iter().any(|name| name == "e2e") {
        modules::build(workspace)?;
        suites::build_binaries(workspace)?;
    }
    let targets: Vec<&str> = names.iter().flat_map(|name| ["--test", name]).collect();
    suites::test(workspace, &targets)
}
