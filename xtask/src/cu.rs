//! `cargo xtask cu`: what every instruction costs in compute units.

use anyhow::Result;
use clap::Args;

use super::build::RouteChoice;
use crate::workspace::Workspace;
use crate::{conformance, sbf, suites};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,

    /// Write the measured table to docs/compute-units.md; say in the commit why a figure grew
    #[arg(long)]
    update: bool,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    conformance::build(workspace, arguments.route.route(), &sbf::PROGRAMS)?;
    if arguments.update {
        std::env::set_var("ASSAY_UPDATE", "1");
    }
    suites::test(workspace, &["--test", "compute_units", "--", "--nocapture"])?;
    Ok(())
}
