//! `assay localnet`: a network of one's own.

mod advance;
mod fund;
mod start;
mod state;

use crate::{Outcome, Result, Session};
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
Without a subcommand the network starts and runs until Ctrl-C: a Solana cluster on the standard ports, Assay's programs
deployed and migrated, a blob store for modules, inputs and results. Its ledger is in memory and ends with it.

Examples:
  assay localnet
  assay localnet --rpc-port 18899 --ws-port 18900 --blob-port 18898 --state other
  assay localnet fund ada.json --sol 5 --tusd 1000 --assay 20000
  assay localnet advance 2h";

#[derive(Debug, Subcommand)]
enum Action {
    /// Give a wallet SOL, test dollars (tUSD) and ASSAY from the faucet.
    Fund(fund::Args),
    /// Move the network's clock forward: epochs end and votes close in a moment.
    Advance(advance::Args),
}

pub fn run(args: Args, session: &Session) -> Result<Option<Outcome>> {
    match args.action {
        None => start::run(args.start, session).map(|()| None),
        Some(Action::Fund(args)) => fund::run(args, session).map(Some),
        Some(Action::Advance(args)) => advance::run(&args, session).map(Some),
    }
}
