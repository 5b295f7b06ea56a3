//! `assay delegate`: puts ASSAY behind a provider, whose work then earns for both, and takes it back.

mod activate;
mod add;
mod claim;
mod close;
mod list;
mod retired;
mod tickets;
mod undelegate;
mod withdraw;

pub use claim::{Claimer, Earned};
pub use retired::show_out;

use crate::{keypair::AddressArg, CliError, Report, Result, Session};
use assay_client::{pda::staking, Address};
use assay_staking::state::{Delegation, Params, Provider};
use clap::Subcommand;
use std::mem::offset_of;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put ASSAY behind a provider. They join its stake after a wait, and can be taken back at once until then.
    Add(add::Args),
    /// Let tokens join the stake whose wait is over; anyone may.
    Activate(activate::Args),
    /// Show the delegations of a wallet, what they earned, and what is unbonding.
    List(list::Args),
    /// Ask stake back and begin to unbond it. It can be slashed until it matures.
    Undelegate(undelegate::Args),
    /// Withdraw unbonding stake that has matured, or tokens that still wait to join.
    Withdraw(withdraw::Args),
    /// Pay what delegations have earned so far.
    Claim(claim::Args),
    /// Close a delegation that is empty. Its rent returns to the delegator.
    Close(close::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    session.market()?;
    match command {
        Command::Add(args) => add::run(&args, session),
        Command::Activate(args) => activate::run(&args, session),
        Command::List(args) => list::run(&args, session),
        Command::Undelegate(args) => undelegate::run(&args, session),
        Command::Withdraw(args) => withdraw::run(&args, session),
        Command::Claim(args) => claim::run(&args, session),
        Command::Close(args) => close::run(&args, session),
    }
}

/// A provider in an argument.
#[derive(Debug, clap::Args)]
struct ProviderArg {
    /// Owner of the provider: address or keypair file.
    #[arg(value_name = "PROVIDER")]
    provider: AddressArg,
}

impl ProviderArg {
    /// Returns the provider's account, with its address.
    ///
    /// # Errors
    /// `NotFound` if there is none.
    fn fetch(&self, session: &Session) -> Result<(Address, Provider)> {
        let owner = self.provider.0;
        let address = staking::provider(&owner);
        let found = session.client.try_fetch(&address)?;
        let found = found.ok_or_else(|| {
            CliError::not_found(format!(
                "{owner} is not a provider; name the wallet that registered it"
            ))
        })?;
        Ok((address, found))
    }
}

/// Returns the delegation of `owner` to a provider.
///
/// # Errors
/// `NotFound` if there is none.
fn fetch_delegation(session: &Session, provider: &Address, owner: &Address) -> Result<Delegation> {
    let found = session
        .client
        .try_fetch(&staking::delegation(provider, owner))?;
    found.ok_or_else(|| {
        CliError::not_found(format!(
            "{owner} has delegated nothing to this provider; start with `assay delegate add`"
        ))
    })
}

/// Returns the delegations of a wallet.
fn delegations_of(session: &Session, owner: &Address) -> Result<Vec<Delegation>> {
    delegations(session, offset_of!(Delegation, owner), owner)
}

/// Returns the delegations to a provider.
fn delegations_to(session: &Session, provider: &Address) -> Result<Vec<Delegation>> {
    delegations(session, offset_of!(Delegation, provider), provider)
}

fn delegations(session: &Session, offset: usize, address: &Address) -> Result<Vec<Delegation>> {
    let found = session.client.fetch_all_where(offset, address.as_ref())?;
    let found = found.into_iter().map(|(_, delegation)| delegation);
    Ok(found.collect())
}

fn params(session: &Session) -> Result<Params> {
    Ok(session.client.fetch(&staking::params())?)
}
