//! One file per command.

mod build;
mod conformance;
mod idl;
mod modules;

use anyhow::Result;
use clap::Subcommand;

use crate::workspace::Workspace;

#[derive(Subcommand)]
pub enum Command {
    /// Build the programs' bytecode to target/deploy
    Build(build::Arguments),
    /// Prove the SBF toolchain: build the conformance program and run it in the SVM
    Conformance(conformance::Arguments),
    /// Write the programs' IDLs to idls/
    Idl(idl::Arguments),
    /// Build the job modules of examples/ to WebAssembly, in target/modules
    Modules,
}

impl Command {
    pub fn run(self, workspace: &Workspace) -> Result<()> {
        match self {
            Command::Build(arguments) => build::run(workspace, arguments),
            Command::Conformance(arguments) => conformance::run(workspace, arguments),
            Command::Idl(arguments) => idl::run(workspace, arguments),
            Command::Modules => modules::run(workspace),
        }
    }
}
