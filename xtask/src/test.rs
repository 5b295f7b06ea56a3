//! `cargo xtask test`: checks everything that must hold, from the toolchain up.

use crate::{
    build::RouteArguments,
    conformance, idl, languages, lint, modules, process, provider_build,
    report::Report,
    sbf::{self, Program, Route},
    suites,
    workspace::Workspace,
};
use anyhow::Result;
use clap::Args;
use std::time::Instant;

/// The suite of real processes. It needs the built binaries and the example modules.
const E2E: &str = "e2e";

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Test targets to run instead of everything, such as `market` or `e2e`; a wrong name prints them all
    suites: Vec<String>,
}

/// Runs everything or the named suites, then prints what each step took and the sum of the tests.
///
/// # Errors
/// When a check or a test fails.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let route = arguments.route.route();
    let mut report = Report::default();
    let outcome = if arguments.suites.is_empty() {
        everything(workspace, route, &mut report)
    } else {
        selected(workspace, route, &arguments.suites, &mut report)
    };
    println!("\n{report}");
    let seconds = started.elapsed().as_secs();
    let verdict = match outcome {
        Ok(()) => "all green",
        Err(_) => "failed",
    };
    process::announce(format!(
        "{verdict} after {} min {} s",
        seconds / 60,
        seconds % 60
    ));
    // Alone on its line, for whoever counts tests in a log.
    let counts = report.counts();
    println!(
        "{} passed, {} failed, {} skipped",
        counts.passed, counts.failed, counts.ignored
    );
    outcome
}

/// Runs every check and test; what is quick or finds most mistakes comes first.
fn everything(workspace: &Workspace, route: Route, report: &mut Report) -> Result<()> {
    lint::check(workspace, report)?;
    report.step("provider's build", || provider_build::check(workspace))?;
    suites::test_xtask(workspace, report)?;
    // Nothing made by the toolchain is trusted before this.
    report.step("conformance", || conformance::prove(workspace, route))?;
    report.step("bytecode", || sbf::build(workspace, route, &Program::all()))?;
    report.step("IDLs", || {
        process::announce("comparing the committed IDLs with the programs");
        idl::check(workspace)
    })?;
    report.step("modules", || modules::build(workspace))?;
    report.step("languages", || languages::build(workspace))?;
    report.step("binaries and tests", || suites::build_all(workspace))?;
    process::announce("running every test of the workspace");
    suites::test(workspace, &[], report)
}

fn selected(
    workspace: &Workspace,
    route: Route,
    names: &[String],
    report: &mut Report,
) -> Result<()> {
    report.step("bytecode", || {
        conformance::build(workspace, route, &Program::all())
    })?;
    if names.iter().any(|name| name == E2E) {
        report.step("modules", || modules::build(workspace))?;
        report.step("languages", || languages::build(workspace))?;
        report.step("binaries", || suites::build_binaries(workspace))?;
    }
    let targets: Vec<&str> = names.iter().flat_map(|name| ["--test", name]).collect();
    suites::test(workspace, &targets, report)
}
