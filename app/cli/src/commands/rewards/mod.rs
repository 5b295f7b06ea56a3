//! `assay rewards`: shows and claims the rewards of verified work.

mod claim;
mod cranks;
mod epoch_status;
mod show;
mod tally;

use crate::{keypair::AddressArg, CliError, Report, Result, Session};
use assay_client::{
    pda::{market, rewards, staking},
    Address,
};
use assay_market::state::Worker;
use assay_rewards::state::{ClaimRecord, Claims, Emission, EpochRewards};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the emission, and for each epoch a provider's work and its status.
    Show(ProviderArgs),
    /// Tally and finalize the epochs that are due, then claim all rewards of a provider and pay its owner.
    #[command(
        after_help = "The work of an epoch must be tallied in the tally window after its end (see `assay params show`). Nodes do that, and so
does this command. After the window the epoch is finalized, which mints its emission. Then it is claimed: what the work earned
and the commission are the owner's at once; what the stake earned comes to owner and delegators over the next epochs.

Example:
  assay --keypair owner.json rewards claim --all"
    )]
    Claim(claim::Args),
    /// Tally work of ended epochs, so that it earns rewards, for any provider.
    #[command(
        after_help = "Work that nobody tallies in the tally window earns nothing. Anyone may tally it, at the cost of a transaction.

Example:
  assay --keypair wallet.json rewards tally"
    )]
    Tally(ProviderArgs),
}

#[derive(Debug, clap::Args)]
pub struct ProviderArgs {
    /// Owner of the provider: address or keypair file. Default: the wallet.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<AddressArg>,
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Show(args) => show::run(&args, session),
        Command::Claim(args) => claim::run(&args, session),
        Command::Tally(args) => tally::run(&args, session),
    }
}

/// Returns the worker of an owner, with its address.
///
/// # Errors
/// `NotFound` if the owner is not a provider.
fn fetch_worker(session: &Session, owner: &Address) -> Result<(Address, Worker)> {
    try_fetch_worker(session, owner)?.ok_or_else(|| {
        CliError::not_found(format!(
            "{owner} is not a provider; register it first with `assay provider register`"
        ))
    })
}

/// Returns the worker of an owner, with its address, or `None` if the owner is not a provider.
fn try_fetch_worker(session: &Session, owner: &Address) -> Result<Option<(Address, Worker)>> {
    let address = market::worker(&staking::provider(owner));
    let worker = session.client.try_fetch(&address)?;
    Ok(worker.map(|worker| (address, worker)))
}

fn fetch_emission(session: &Session) -> Result<Emission> {
    Ok(session.client.fetch(&rewards::emission())?)
}

/// Returns the rewards account of an epoch, or `None` if the epoch is not finalized.
fn try_fetch_epoch_rewards(session: &Session, epoch: u64) -> Result<Option<EpochRewards>> {
    Ok(session.client.try_fetch(&rewards::epoch(epoch))?)
}

/// Returns the epochs that the provider of `owner` was paid for.
fn fetch_claims(session: &Session, owner: &Address) -> Result<Claims> {
    let record = rewards::claim_record(&staking::provider(owner));
    let record: Option<ClaimRecord> = session.client.try_fetch(&record)?;
    Ok(record.map_or_else(Claims::default, |record| record.claims()))
}

/// A worker's work in one epoch.
struct WorkedEpoch {
    epoch: u64,
    weight: u64,
    /// True if the weight is in the epoch's sum.
    tallied: bool,
}

/// Returns the epochs in which the worker has work, oldest first. The worker's account keeps the last
/// ten epochs only.
fn recent_epochs(worker: &Worker) -> Vec<WorkedEpoch> {
    let mut epochs: Vec<_> = worker
        .ring
        .iter()
        .filter(|work| work.weight.get() > 0)
        .map(|work| WorkedEpoch {
            epoch: work.epoch.get(),
            weight: work.weight.get(),
            tallied: work.tallied != 0,
        })
        .collect();
    epochs.sort_unstable_by_key(|work| work.epoch);
    epochs
}
