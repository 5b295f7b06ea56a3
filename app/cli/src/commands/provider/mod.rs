//! `assay provider`: registers a machine, and manages the stake behind it.

mod beneficiary;
mod collateral;
mod collect_held;
mod commission;
mod limits;
mod register;
mod retire;
mod show;
mod stake;
mod unbond;
mod unbonding;
mod withdraw;

use crate::{CliError, Report, Result, Session};
use assay_client::{pda::staking, Address};
use assay_staking::state::Provider;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register the wallet as a provider with a worker on the market, or change its description.
    Register(register::Args),
    /// Deposit ASSAY as stake.
    Stake(stake::Args),
    /// Add stake to the worker's collateral, or remove it.
    #[command(subcommand)]
    Collateral(collateral::Command),
    /// Limit what the node may risk; publish where results are served.
    Limits(limits::Args),
    /// Announce what you keep of what your delegators' stake earns.
    Commission(commission::Args),
    /// Name the wallet that receives pay and the owner's rewards.
    Beneficiary(beneficiary::Args),
    /// Begin to unbond stake. It can be slashed until it matures.
    Unbond(unbond::UnbondArgs),
    /// Make unbonding stake active again.
    CancelUnbond(unbond::CancelArgs),
    /// Withdraw all unbonding stake that has matured.
    Withdraw,
    /// Move pay that a frozen token account could not take to the beneficiary.
    CollectHeld(collect_held::Args),
    /// Announce the end of the provider; after the notice, pay everybody out and close it.
    Retire,
    /// Show a provider: stake, collateral, limits, counts of results.
    Show(show::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Register(args) => register::run(&args, session),
        Command::Stake(args) => stake::run(&args, session),
        Command::Collateral(command) => collateral::run(&command, session),
        Command::Limits(args) => limits::run(&args, session),
        Command::Commission(args) => commission::run(&args, session),
        Command::Beneficiary(args) => beneficiary::run(&args, session),
        Command::Unbond(args) => unbond::begin(&args, session),
        Command::CancelUnbond(args) => unbond::cancel(&args, session),
        Command::Withdraw => withdraw::run(session),
        Command::CollectHeld(args) => collect_held::run(&args, session),
        Command::Retire => retire::run(session),
        Command::Show(args) => show::run(&args, session),
    }
}

/// Returns the provider of `owner`.
///
/// # Errors
/// `NotFound` if there is none.
fn find(session: &Session, owner: &Address) -> Result<Provider> {
    session.market()?;
    let found = session.client.try_fetch(&staking::provider(owner))?;
    found.ok_or_else(|| {
        CliError::not_found(format!(
            "{owner} is not a provider; register it first with `assay provider register`"
        ))
    })
}
