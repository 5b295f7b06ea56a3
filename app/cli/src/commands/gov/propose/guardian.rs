//! `assay gov propose guardian` and `unpause`: proposes what the guardian cannot stop for long.

use super::About;
use crate::{keypair::AddressArg, Report, Result, Session};
use assay_client::Address;
use assay_governance::state::{ProposedAction, Target};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The present guardian ends when the proposal is executed, and cannot veto it. The new one takes the office with
`assay gov accept`.

Examples:
  assay gov propose guardian 8vGJ…Qb1 --title 'A new guardian'
  assay gov propose guardian --nobody --title 'No guardian'"
)]
pub struct Args {
    /// Wallet that the office is offered to: address or keypair file.
    #[arg(required_unless_present = "nobody")]
    to: Option<AddressArg>,
    /// Leave the office vacant.
    #[arg(long, conflicts_with = "to")]
    nobody: bool,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov propose unpause market --title 'Go on'")]
pub struct UnpauseArgs {
    /// The program.
    #[arg(value_enum)]
    program: Pausable,
    #[command(flatten)]
    about: About,
}

/// A program with operations that can be paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pausable {
    /// Spending of the treasury.
    Governance,
    /// Deposits, delegations and new collateral.
    Staking,
    /// New jobs, tasks, first seats and collateral.
    Market,
}

impl From<Pausable> for Target {
    fn from(program: Pausable) -> Self {
        match program {
            Pausable::Governance => Self::Governance,
            Pausable::Staking => Self::Staking,
            Pausable::Market => Self::Market,
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let to = args.to.map_or_else(Address::default, |to| to.0);
    let set = ProposedAction::set_guardian(to);
    args.about.publish(vec![set], session)
}

pub fn unpause(args: &UnpauseArgs, session: &Session) -> Result<Report> {
    let end = ProposedAction::unpause(args.program.into());
    args.about.publish(vec![end], session)
}
