//! `cargo xtask build`: builds the programs' bytecode.

use crate::{
    conformance,
    sbf::{Program, Route},
    workspace::Workspace,
};
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// The programs to build, such as `market` or `assay-market`; the four and the examples when none is named
    #[arg(value_parser = Program::parse)]
    programs: Vec<Program>,
}

/// Which toolchain makes the bytecode. A deployment to a public cluster is built with the official one.
#[derive(Args)]
pub struct RouteArguments {
    /// Use Solana's own `cargo build-sbf`, and fail where it is not installed
    #[arg(long, conflicts_with = "upstream")]
    official: bool,

    /// Use upstream Rust, LLVM and sbpf-linker, even where `cargo build-sbf` is installed
    #[arg(long)]
    upstream: bool,
}

impl RouteArguments {
    /// Returns the route that the user asked for, or the best one that this machine has.
    pub fn route(&self) -> Route {
        if self.official {
            Route::Official
        } else if self.upstream {
            Route::Upstream
        } else {
            Route::of_this_machine()
        }
    }
}

/// Builds the programs and prints the size of each.
pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    let programs = if arguments.programs.is_empty() {
        Program::all().to_vec()
    } else {
        arguments.programs
    };
    for artifact in conformance::build(workspace, arguments.route.route(), &programs)? {
        println!("{artifact}");
    }
    Ok(())
}
