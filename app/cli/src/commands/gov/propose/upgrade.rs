//! `assay gov propose upgrade`: proposes to replace the bytecode of a program.

use super::About;
use crate::{keypair::AddressArg, CliError, Report, Result, Session};
use assay_client::{pda::governance, Signer as _};
use assay_content::ContentHash;
use assay_governance::state::{ProposedAction, Target};
use clap::ValueEnum;
use std::{fs, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Voters build the file themselves and compare its SHA-256. Whoever wants it executed uploads it into a buffer and passes the
buffer to governance:
  solana program write-buffer assay_market.so
  solana program set-buffer-authority BUFFER --new-buffer-authority UPGRADER
This command names the upgrader. Nobody but governance can write the buffer from then on.

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
    session.printer.status(format!(
        "the authority of the buffer must be the upgrader, {}",
        governance::upgrade_authority()
    ));
    let upgrade = ProposedAction::upgrade(args.program.into(), hash, rent_to);
    args.about.publish(vec![upgrade], session)
}
