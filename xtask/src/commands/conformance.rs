//! `cargo xtask conformance`: proof that the toolchain's bytecode does what the source says.

use anyhow::{Context, Result};
use clap::Args;

use super::build::RouteChoice;
use crate::workspace::Workspace;
use crate::{process, sbf, suites};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    prove(workspace, arguments.route.route())
}

/// Builds the conformance program with `route` and runs it in the SVM.
pub fn prove(workspace: &Workspace, route: sbf::Route) -> Result<()> {
    sbf::build(workspace, route, &[sbf::CONFORMANCE])?;
    process::announce("running the conformance program in the SVM");
    suites::test(workspace, &["--quiet", "--test", "conformance"])
        .context("this machine's SBF toolchain makes wrong bytecode: trust none of it")?;
    Ok(())
}
