//! `assay provider`: an owner's machine and the stake behind it.

mod collateral;
mod register;
mod show;
mod stake;
mod tickets;
mod unbond;
mod withdraw;

use crate::{Failure, Outcome, Result, Session};
use assay_client::{pda::staking, Address};
use assay_staking::state::Provider;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register the wallet as a provider and open its side of the market, or change its description.
    Register(register::Args),
    /// Deposit ASSAY as stake.
    Stake(stake::Args),
    /// Put stake behind the work on the market, or take it back.
    #[command(subcommand)]
    Collateral(collateral::Command),
    /// Begin to take stake out; it stays slashable until it matures.
    Unbond(unbond::UnbondArgs),
    /// Make unbonding stake active again.
    CancelUnbond(unbond::CancelArgs),
    /// Pay out everything that has matured.
    Withdraw,
    /// Show a provider: stake, collateral, work done.
    Show(show::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Outcome> {
    match command {
        Command::Register(args) => register::run(&args, session),
        Command::Stake(args) => stake::run(&args, session),
        Command::Collateral(command) => collateral::run(&command, session),
        Command::Unbond(args) => unbond::begin(&args, session),
        Command::CancelUnbond(args) => unbond::cancel(&args, session),
        Command::Withdraw => withdraw::run(session),
        Command::Show(args) => show::run(&args, session),
    }
}

/// The provider of `owner`.
///
/// Errors: `NotFound`.
fn find(session: &Session, owner: &Address) -> Result<Provider> {
    session.market()?;
    let found = session.client.try_fetch(&staking::provider(owner))?;
    found.ok_or_else(|| {
        Failure::not_found(format!(
            "{owner} is not a provider; register it first with `assay provider register`"
        ))
    })
}
