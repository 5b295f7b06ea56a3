//! `assay gov propose mint`: proposes changes of the tokens that jobs are paid in.

use super::About;
use crate::{keypair::AddressArg, Report, Result, Session};
use assay_client::pda::{ata_and_bump, governance};
use assay_governance::state::ProposedAction;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Allow jobs to be paid in a token. Its fees go to the treasury.
    #[command(
        after_help = "Example:\n  assay gov propose mint allow EPjF…Dt1v 10000000000000 --title 'Allow USDC'"
    )]
    Allow {
        /// The mint.
        mint: AddressArg,
        /// Worth of 10^9 base units of it, base units of ASSAY.
        #[arg(value_parser = clap::value_parser!(u64).range(1..))]
        rate: u64,
        #[command(flatten)]
        about: About,
    },
    /// Change what a token is worth. One vote at most doubles or halves it.
    #[command(
        after_help = "Example:\n  assay gov propose mint rate EPjF…Dt1v 15000000000000 --title 'ASSAY fell'"
    )]
    Rate {
        /// The mint.
        mint: AddressArg,
        /// Worth of 10^9 base units of it, base units of ASSAY.
        #[arg(value_parser = clap::value_parser!(u64).range(1..))]
        rate: u64,
        #[command(flatten)]
        about: About,
    },
    /// Open a token to new jobs, or close it with --close.
    #[command(
        after_help = "Example:\n  assay gov propose mint admit EPjF…Dt1v --close --title 'It lost its peg'"
    )]
    Admit {
        /// The mint.
        mint: AddressArg,
        /// Close the token to new jobs.
        #[arg(long)]
        close: bool,
        #[command(flatten)]
        about: About,
    },
}

pub fn run(command: &Command, session: &Session) -> Result<Report> {
    match command {
        Command::Allow { mint, rate, about } => {
            let mint = session.mint_info(&mint.0)?;
            let holder = governance::treasury_authority();
            let (_, bump) = ata_and_bump(&holder, &mint.mint, &mint.program);
            let allow = ProposedAction::allow_mint(mint.mint, *rate, bump);
            about.publish(vec![allow], session)
        }
        Command::Rate { mint, rate, about } => {
            about.publish(vec![ProposedAction::set_rate(mint.0, *rate)], session)
        }
        Command::Admit { mint, close, about } => {
            about.publish(vec![ProposedAction::set_admits(mint.0, !close)], session)
        }
    }
}
