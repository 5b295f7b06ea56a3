//! `cargo xtask demo`: the whole story on a local network, every figure checked.

use anyhow::Result;
use clap::Args;
use std::process::Command;

use super::build::RouteChoice;
use crate::workspace::Workspace;
use crate::{conformance, modules, process, sbf, suites};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,

    /// Print one JSON object with the figures as the last line
    #[arg(long)]
    json: bool,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    conformance::build(workspace, arguments.route.route(), &sbf::PROGRAMS)?;
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
