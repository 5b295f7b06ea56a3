//! Every chore of the workspace, as `cargo xtask COMMAND`. Data goes to stdout, prose and progress to stderr.

mod commands;
mod conformance;
mod debian;
#[allow(
    clippy::disallowed_methods,
    reason = "the IDL builder reads the environment of this process"
)]
mod idl;
mod instruction_docs;
mod modules;
mod process;
mod rustup;
mod sbf;
mod suites;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
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

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match Workspace::locate().and_then(|workspace| arguments.command.run(&workspace)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
