//! `cargo xtask demo`: runs the whole story on a local network and checks every figure.

use crate::{
    build::RouteArguments, conformance, modules, process, sbf, suites, workspace::Workspace,
};
use anyhow::Result;
use clap::Args;
use std::process::Command;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Print one JSON object with the figures as the last line
    #[arg(long)]
    json: bool,
}

/// Builds what the demonstration needs and runs it.
///
/// # Errors
/// When something does not build, or a figure of the demonstration is not what the formulas say.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    conformance::build(workspace, arguments.route.route(), &sbf::Program::all())?;
    modules::build(workspace)?;
    let binaries = suites::build_binaries(workspace)?;
    process::announce("running the demonstration");
    let mut demo = Command::new(binaries.join("assay-demo"));
    demo.arg("--root").arg(&workspace.root);
    demo.arg("--assay").arg(binaries.join("assay"));
    if arguments.json {
        demo.arg("--json");
    }
    process::run_showing_output(&mut demo)
}
