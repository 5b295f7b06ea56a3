//! `cargo xtask conformance`: proof that the toolchain's bytecode does what the source says.

use anyhow::Result;
use clap::Args;

use super::build::RouteChoice;
use crate::conformance;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    conformance::prove(workspace, arguments.route.route())
}
