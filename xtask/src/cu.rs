//! `cargo xtask cu`: prints what every instruction costs in compute units.

use crate::{
    build::RouteArguments, conformance, report::Report, sbf, suites, workspace::Workspace,
};
use anyhow::Result;
use clap::Args;

/// The test target that measures the instructions.
const SUITE: &str = "compute_units";

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Write the measured table to docs/compute-units.md; say in the commit why a figure grew
    #[arg(long)]
    update: bool,
}

/// Builds the programs and runs the suite that measures them.
///
/// # Errors
/// When an instruction is over its budget, or the committed table is too far from what was measured.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    conformance::build(workspace, arguments.route.route(), &sbf::PROGRAMS)?;
    let mut cargo = suites::cargo_test(workspace, &["--test", SUITE, "--", "--nocapture"]);
    if arguments.update {
        cargo.env("ASSAY_UPDATE", "1");
    }
    suites::run(&mut cargo, &mut Report::default())
}
