//! `cargo xtask mutants`: changes the programs, and sees whether the tests notice.
//!
//! Three kinds: rules that stop an attack, chosen by hand (`--attacks`); single changes that cargo-mutants makes up, whose
//! bytecode the suites and attacks run (`--program`); and the same changes of the pure functions, whose unit tests run
//! natively (`--native`).

mod attacks;
mod catalogue;
mod generated;
mod outcome;
pub mod sandbox;
mod trial;

pub use catalogue::rust_files;

use crate::{build::RouteArguments, sbf::Program, workspace::Workspace};
use anyhow::Result;
use clap::{ArgGroup, Args};

#[derive(Args)]
#[command(group(ArgGroup::new("kind").required(true).args(["attacks", "program", "native"])))]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Remove the rules that the table of attacks names
    #[arg(long)]
    attacks: bool,

    /// Try only the mutants of this name, or those of one test target such as `claiming`; may be repeated
    #[arg(long, value_name = "NAME", requires = "attacks")]
    only: Vec<String>,

    /// Change this program, such as `market`, and run suites and attacks on its bytecode
    #[arg(long, value_name = "PROGRAM", value_parser = Program::parse)]
    program: Option<Program>,

    /// Change the formulas: ranks, draws, amounts and verdicts, the shared arithmetic, the schedule of rewards, pools and streams of staking, weights of votes
    #[arg(long)]
    native: bool,

    /// How many mutants that compile to try, drawn at random; all of them if not given
    #[arg(long, value_name = "N", conflicts_with = "attacks")]
    sample: Option<usize>,

    /// Seed of the draw
    #[arg(
        long,
        value_name = "SEED",
        default_value_t = 1,
        conflicts_with = "attacks"
    )]
    seed: u64,

    /// Try only mutants whose name contains this text, such as a file or function; writes no result
    #[arg(long, value_name = "TEXT", conflicts_with = "attacks")]
    matching: Option<String>,
}

/// Tries mutants of one kind. What was tried before with the same sources is not tried again. A run that is not narrowed by
/// a name writes `docs/results/mutants-*`.
///
/// # Errors
/// When a test fails without a mutant, or too many mutants survive.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let route = arguments.route.route();
    let selection = generated::Selection {
        sample: arguments.sample,
        seed: arguments.seed,
        matching: arguments.matching.clone(),
    };
    match &arguments.program {
        Some(program) => generated::run_on_bytecode(workspace, route, program, &selection),
        None if arguments.native => generated::run_natively(workspace, route, &selection),
        None => attacks::run(workspace, route, &arguments.only),
    }
}
