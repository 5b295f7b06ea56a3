//! `cargo xtask conformance`: proof that the toolchain's bytecode does what the source says.

use anyhow::{Context, Result};
use clap::Args;

use super::build::RouteChoice;
use crate::process;
use crate::sbf;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    sbf::build(workspace, arguments.route.route(), &[sbf::CONFORMANCE])?;
    process::announce("running the conformance program in the SVM");
    let mut test = workspace.cargo();
    test.args([
        "test",
        "--ignore-rust-version",
        "--quiet",
        "--package",
        sbf::CONFORMANCE.package,
    ]);
    process::run_showing_output(&mut test)
        .context("this machine's SBF toolchain makes wrong bytecode: trust none of it")
}
