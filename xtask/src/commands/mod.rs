//! One file per command.

mod build;
mod conformance;
mod cu;
mod demo;
mod idl;
mod modules;
mod simulate;
mod test;

use anyhow::Result;
use clap::Subcommand;

use crate::workspace::Workspace;

#[derive(Subcommand)]
pub enum Command {
    /// Build the programs' bytecode to target/deploy
    Build(build::Arguments),
    /// Prove the SBF toolchain: build the conformance program and run it in the SVM
    Conformance(conformance::Arguments),
    /// Print what every instruction costs in compute units, against its budget
    Cu(cu::Arguments),
    /// Run the whole story on a local network: five nodes, one liar, a batch of science, rewards and a vote
    Demo(demo::Arguments),
    /// Write the programs' IDLs to idls/
    Idl(idl::Arguments),
    /// Build the job modules of examples/ to WebAssembly, in target/modules
    Modules,
    /// Play the market's game with agents, and check what a wrong result costs
    Simulate(simulate::Arguments),
    /// Run every test, or the named suites
    Test(test::Arguments),
}

impl Command {
    pub fn run(self, workspace: &Workspace) -> Result<()> {
        match self {
            Command::Build(arguments) => build::run(workspace, arguments),
            Command::Conformance(arguments) => conformance::run(workspace, arguments),
            Command::Cu(arguments) => cu::run(workspace, arguments),
            Command::Demo(arguments) => demo::run(workspace, arguments),
            Command::Idl(arguments) => idl::run(workspace, arguments),
            Command::Modules => modules::run(workspace),
            Command::Simulate(arguments) => simulate::run(workspace, arguments),
            Command::Test(arguments) => test::run(workspace, arguments),
        }
    }
}
