//! `cargo xtask idl`: the interface descriptions that clients in other languages are generated from.

use anyhow::Result;
use clap::Args;

use crate::idl;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Arguments {
    /// Change nothing; fail if a committed IDL is not what the programs say
    #[arg(long)]
    check: bool,
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    if arguments.check {
        idl::check(workspace)
    } else {
        idl::write(workspace)
    }
}
