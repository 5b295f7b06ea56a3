//! `assay rewards`: what verified work earned.

mod claim;
mod cranks;
mod epoch_status;
mod show;

use crate::{key::AddressArg, Failure, Outcome, Result, Session};
use assay_client::{
    pda::{market, rewards, staking},
    Address,
};
use assay_market::state::Worker;
use assay_rewards::state::{ClaimRecord, Claims, Emission, EpochRewards};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the emission, and per epoch what a provider earned and where it stands.
    Show(Provider),
    /// Tally and finalize the epochs that are due, then claim everything that a provider earned.
    #[command(
        after_help = "An epoch's work must be tallied in the window after its end (see `assay params show`); nodes do that, and so does this
command. After the window the epoch is finalized, which mints its reward, and can be claimed.

Example:
  assay --keypair owner.json rewards claim"
    )]
    Claim(Provider),
}

#[derive(Debug, clap::Args)]
pub struct Provider {
    /// Address or keypair file of the provider's owner; the wallet when left out.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<AddressArg>,
}

pub fn run(command: Command, session: &Session) -> Result<Outcome> {
    match command {
        Command::Show(provider) => show::run(&provider, session),
        Command::Claim(provider) => claim::run(&provider, session),
    }
}

/// The worker of an owner, with its address.
///
/// Errors: `NotFound` when the owner is no provider.
fn worker_of(session: &Session, owner: &Address) -> Result<(Address, Worker)> {
    find_worker(session, owner)?.ok_or_else(|| {
        Failure::not_found(format!(
            "{owner} is not a provider; register it first with `assay provider register`"
        ))
    })
}

fn find_worker(session: &Session, owner: &Address) -> Result<Option<(Address, Worker)>> {
    let address = market::worker(&staking::provider(owner));
    let worker = session.client.try_fetch(&address)?;
    Ok(worker.map(|worker| (address, worker)))
}

fn emission(session: &Session) -> Result<Emission> {
    Ok(session.client.fetch(&rewards::emission())?)
}

/// What the workers of `epoch` share, once it was finalized.
fn rewards_of(session: &Session, epoch: u64) -> Result<Option<EpochRewards>> {
    Ok(session.client.try_fetch(&rewards::epoch(epoch))?)
}

/// The epochs that the provider of `owner` was paid for.
fn claims(session: &Session, owner: &Address) -> Result<Claims> {
    let record = rewards::claim_record(&staking::provider(owner));
    let record: Option<ClaimRecord> = session.client.try_fetch(&record)?;
    Ok(record.map_or_else(Claims::default, |record| Claims {
        newest: record.newest.get(),
        bitmap: record.bitmap.get(),
    }))
}

/// Epochs in which the worker has work that its ring still remembers, oldest first: epoch, weight, whether tallied.
fn worked(worker: &Worker) -> Vec<(u64, u64, bool)> {
    let mut epochs: Vec<_> = worker
        .ring
        .iter()
        .filter(|work| work.weight.get() > 0)
        .map(|work| (work.epoch.get(), work.weight.get(), work.tallied != 0))
        .collect();
    epochs.sort_unstable();
    epochs
}
