//! The commands that build, check and show Assay: `cargo xtask COMMAND`.
//!
//! One file a command; what several commands need is in a module of its own. Data goes to stdout, prose and progress go to
//! stderr.

mod bench;
mod build;
mod cargo_deny;
mod conformance;
mod crates;
mod cu;
mod debian;
mod demo;
mod determinism;
mod fuzz;
#[allow(
    clippy::disallowed_methods,
    reason = "the IDL builder reads the environment of this process"
)]
mod idl;
mod instruction_docs;
mod languages;
mod lint;
mod model;
mod modules;
mod mutants;
mod pins;
mod process;
mod provider_build;
mod report;
mod reproduce;
mod rustup;
mod sbf;
mod simulate;
mod suites;
mod test;
mod toolchain;
mod wheels;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, checks and shows Assay",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure speed on this machine
    Bench(bench::Arguments),
    /// Build the programs' bytecode to target/deploy
    Build(build::Arguments),
    /// Prove the SBF toolchain: build the conformance program and run it in the SVM
    Conformance(build::RouteArguments),
    /// Print what every instruction costs in compute units, against its budget
    Cu(cu::Arguments),
    /// Run the whole story on a local network: nine nodes, cheats that are caught, science, rewards and a vote
    Demo(demo::Arguments),
    /// Compare random programs whose NaNs are made canonical in two ways
    Determinism(determinism::Arguments),
    /// Send random sequences of every instruction to the bytecode, and check what must always hold
    Fuzz(fuzz::Arguments),
    /// Write the programs' IDLs to idls/
    Idl {
        /// Change nothing; fail if a committed IDL is not what the programs say
        #[arg(long)]
        check: bool,
    },
    /// Build the program of examples/languages in each language, and fetch CPython, in target/modules
    Languages,
    /// Check the format, the dependencies and the lints of every crate and target
    Lint,
    /// Explore every state of a task with up to three seats and a round of five, over the market's own functions
    Model(model::Arguments),
    /// Build the job modules of examples/ to WebAssembly, in target/modules
    Modules,
    /// Change the programs, and show that tests notice: rules that stop an attack, or changes made up by cargo-mutants
    Mutants(mutants::Arguments),
    /// Build the programs twice, in two folders, and compare the bytes
    Reproduce(reproduce::Arguments),
    /// Let agents play the market's game over its own functions, and check what a wrong result costs
    Simulate(simulate::Arguments),
    /// Run every check and test, or the named suites
    Test(test::Arguments),
    /// Install the pinned tools of toolchain/packages.toml and print them
    Toolchain(toolchain::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match Workspace::locate().and_then(|workspace| run(&workspace, arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(workspace: &Workspace, command: Command) -> Result<()> {
    match command {
        Command::Bench(arguments) => bench::run(workspace, &arguments),
        Command::Build(arguments) => build::run(workspace, arguments),
        Command::Conformance(arguments) => conformance::prove(workspace, arguments.route()),
        Command::Cu(arguments) => cu::run(workspace, &arguments),
        Command::Demo(arguments) => demo::run(workspace, &arguments),
        Command::Determinism(arguments) => determinism::run(workspace, &arguments),
        Command::Fuzz(arguments) => fuzz::run(workspace, &arguments),
        Command::Idl { check: true } => idl::check(workspace),
        Command::Idl { check: false } => idl::write(workspace),
        Command::Languages => languages::run(workspace),
        Command::Lint => lint::run(workspace),
        Command::Model(arguments) => model::run(workspace, &arguments),
        Command::Modules => modules::run(workspace),
        Command::Mutants(arguments) => mutants::run(workspace, &arguments),
        Command::Reproduce(arguments) => reproduce::run(workspace, &arguments),
        Command::Simulate(arguments) => simulate::run(workspace, &arguments),
        Command::Test(arguments) => test::run(workspace, &arguments),
        Command::Toolchain(arguments) => toolchain::run(workspace, &arguments),
    }
}
