//! `assay provider show`: shows a provider with its worker.

use super::{
    find,
    unbonding::{fetch_tickets, TicketReport},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    Report, Result, Session,
};
use assay_client::pda::{market, staking};
use assay_market::state::Worker;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Owner of the provider: address or keypair file. Default: the wallet.
    owner: Option<AddressArg>,
}

#[derive(Serialize)]
struct ProviderReport {
    owner: String,
    provider: String,
    worker: String,
    node: String,
    cpu_cores: u16,
    memory_gib: u16,
    gpus: u16,
    region: u16,
    active: TokenAmount,
    /// Part of the active stake that is collateral.
    allocated: TokenAmount,
    free_collateral: TokenAmount,
    locked_collateral: TokenAmount,
    accepted: u64,
    rejected: u64,
    missed: u64,
    unbonding: Vec<TicketReport>,
}

impl fmt::Display for ProviderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "provider    {} of {}", self.provider, self.owner)?;
        writeln!(f, "worker      {}, node key {}", self.worker, self.node)?;
        writeln!(
            f,
            "machine     {} cores, {} GiB, {} GPUs, region {}",
            self.cpu_cores, self.memory_gib, self.gpus, self.region
        )?;
        writeln!(
            f,
            "stake       {} active, {} of it collateral",
            self.active, self.allocated
        )?;
        writeln!(
            f,
            "collateral  {} free, {} behind claims",
            self.free_collateral, self.locked_collateral
        )?;
        write!(
            f,
            "results     {} accepted, {} rejected, {} missed",
            self.accepted, self.rejected, self.missed
        )?;
        self.unbonding
            .iter()
            .try_for_each(|ticket| write!(f, "\nunbonding   {ticket}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let owner = session.owner(args.owner)?;
    let provider = find(session, &owner)?;
    let address = staking::provider(&owner);
    let worker_address = market::worker(&address);
    let worker: Option<Worker> = session.client.try_fetch(&worker_address)?;
    let of_worker = |field: fn(&Worker) -> u64| worker.as_ref().map_or(0, field);
    let assay = MintInfo::assay();
    Report::new(&ProviderReport {
        owner: owner.to_string(),
        provider: address.to_string(),
        worker: worker_address.to_string(),
        node: provider.node.to_string(),
        cpu_cores: provider.cpu_cores.get(),
        memory_gib: provider.memory_gib.get(),
        gpus: provider.gpus.get(),
        region: provider.region.get(),
        active: assay.amount(provider.active_tokens.get()),
        allocated: assay.amount(provider.allocated.get()),
        free_collateral: assay.amount(of_worker(|worker| worker.free.get())),
        locked_collateral: assay.amount(of_worker(|worker| worker.locked.get())),
        accepted: of_worker(|worker| worker.accepted.get()),
        rejected: of_worker(|worker| worker.rejected.get()),
        missed: of_worker(|worker| worker.missed.get()),
        unbonding: fetch_tickets(session, &owner, &provider)?,
    })
}
