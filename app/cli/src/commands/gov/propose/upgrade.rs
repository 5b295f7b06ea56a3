//! `assay gov propose upgrade`: proposes to replace the bytecode of a program.

use super::About;
use crate::{keypair::AddressArg, CliError, Report, Result, Session};
use assay_client::Signer as _;
use assay_content::ContentHash;
use assay_governance::state::{ProposedAction, Target};
use clap::ValueEnum;
use std::{fs, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Voters build the file themselves and compare its SHA-256. Whoever wants it executed uploads it into a buffer once the vote has
passed, and executes the proposal with it, which passes the buffer to governance in the same transaction:
  solana program write-buffer assay_market.so
  assay gov execute 5 --buffer BUFFER
A buffer that was passed to governance earlier returns only if the proposal passed and was not executed.

Example:
  assay gov propose upgrade market target/deploy/assay_market.so --title 'Version 2 of the market'"
)]
pub struct Args {
    /// The program.
    #[arg(value_enum)]
    program: ProgramArg,
    /// File with the new bytecode.
    file: PathBuf,
    /// Wallet that gets the rent of the buffer: address or keypair file. Default: the wallet.
    #[arg(long, value_name = "WALLET")]
    rent_to: Option<AddressArg>,
    #[command(flatten)]
    about: About,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProgramArg {
    Governance,
    Staking,
    Market,
    Rewards,
}

impl From<ProgramArg> for Target {
    fn from(program: ProgramArg) -> Self {
        match program {
            ProgramArg::Governance => Self::Governance,
            ProgramArg::Staking => Self::Staking,
            ProgramArg::Market => Self::Market,
            ProgramArg::Rewards => Self::Rewards,
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let path = &args.file;
    let bytes = fs::read(path).map_err(|error| CliError::file("the bytecode", path, &error))?;
    let rent_to = match args.rent_to {
        Some(AddressArg(wallet)) => wallet,
        None => session.wallet()?.pubkey(),
    };
    let hash = ContentHash::of(&bytes).bytes();
    session.printer.status(
        "once the vote has passed, write the file into a buffer and name it: `assay gov execute NUMBER --buffer BUFFER`",
    );
    let upgrade = ProposedAction::upgrade(args.program.into(), hash, rent_to);
    args.about.publish(vec![upgrade], session)
}
