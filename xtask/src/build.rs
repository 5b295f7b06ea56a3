//! `cargo xtask build`: the programs' bytecode.

use anyhow::Result;
use clap::Args;

use crate::conformance;
use crate::sbf::{self, Program, Route};
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteChoice,

    /// The programs to build, such as `market` or `assay-market`; all four when none is named
    #[arg(value_parser = Program::parse)]
    programs: Vec<Program>,
}

/// Which toolchain makes the bytecode. A deployment to a public cluster is built with the official one.
#[derive(Args)]
pub struct RouteChoice {
    /// Use Solana's own `cargo build-sbf`, and fail where it is not installed
    #[arg(long, conflicts_with = "upstream")]
    official: bool,

    /// Use upstream Rust, LLVM and sbpf-linker, even where `cargo build-sbf` is installed
    #[arg(long)]
    upstream: bool,
}

impl RouteChoice {
    /// The route asked for, or the best one this machine has.
    pub fn route(&self) -> Route {
        match (self.official, self.upstream) {
            (true, _) => Route::Official,
            (_, true) => Route::Upstream,
            _ => Route::of_this_machine(),
        }
    }
}

pub fn run(workspace: &Workspace, arguments: Arguments) -> Result<()> {
    let programs = if arguments.programs.is_empty() {
        sbf::PROGRAMS.to_vec()
    } else {
        arguments.programs
    };
    for artifact in conformance::build(workspace, arguments.route.route(), &programs)? {
        println!("{artifact}");
    }
    Ok(())
}
