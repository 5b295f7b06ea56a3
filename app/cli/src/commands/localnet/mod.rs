//! `assay localnet`: a network on this machine.

mod advance;
mod fund;
mod programs;
mod start;
mod state;

use crate::{CliError, ExitCode, Report, Result, Session};
use clap::Subcommand;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    start: start::StartArgs,
}

const EXAMPLES: &str = "\
Without a subcommand the network starts and runs until Ctrl-C: a Solana cluster on the standard ports, with Assay's programs
deployed and initialized, and a blob store for modules, inputs and results. Its accounts are in memory and end with it.

Examples:
  assay localnet
  assay localnet --rpc-port 18899 --ws-port 18900 --blob-port 18898 --state other
  assay localnet fund ada.json --sol 5 --tusd 1000 --assay 20000
  assay localnet advance 2h";

#[derive(Debug, Subcommand)]
enum Action {
    /// Give a wallet SOL, test dollars (tUSD) and ASSAY from the faucet.
    Fund(fund::Args),
    /// Move the network's clock forward, to the end of an epoch or of a vote.
    Advance(advance::Args),
}

pub fn run(args: Args, session: &Session) -> Result<Option<Report>> {
    match args.action {
        None => start::run(args.start, session).map(|()| None),
        Some(Action::Fund(args)) => fund::run(args, session).map(Some),
        Some(Action::Advance(args)) => advance::run(&args, session).map(Some),
    }
}

impl From<assay_localnet::Error> for CliError {
    fn from(error: assay_localnet::Error) -> Self {
        let exit_code = match &error {
            assay_localnet::Error::Unreachable { .. } => ExitCode::Unreachable,
            _ => ExitCode::Failed,
        };
        Self::new(exit_code, error.to_string())
    }
}

impl From<assay_migrations::Error> for CliError {
    fn from(error: assay_migrations::Error) -> Self {
        match error {
            assay_migrations::Error::Client(error) => error.into(),
            other => Self::failed(other.to_string()),
        }
    }
}
