//! `assay provider show`: shows a provider with its worker.

use super::{
    find,
    limits::SettingsReport,
    unbonding::{fetch_tickets, TicketReport},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    region::Region,
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
    /// Collateral that is bound in seats.
    locked_collateral: TokenAmount,
    /// Part of the free collateral that backs no first seat, because rounds about this worker's results are open.
    accused: TokenAmount,
    /// Unix time at which collateral was last added. Only jobs posted later admit the worker; `None` without collateral.
    funded_at: Option<i64>,
    /// `None` if there is no worker.
    #[serde(flatten)]
    settings: Option<SettingsReport>,
    /// Deadlines missed on the present day of UTC.
    missed_today: u32,
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
            self.cpu_cores,
            self.memory_gib,
            self.gpus,
            Region::of_account(self.region).map_or("none".to_owned(), |region| region.to_string())
        )?;
        writeln!(
            f,
            "stake       {} active, {} of it collateral",
            self.active, self.allocated
        )?;
        writeln!(
            f,
            "collateral  {} free, {} bound in seats",
            self.free_collateral, self.locked_collateral
        )?;
        if self.accused.units > 0 {
            writeln!(
                f,
                "accused     {} of the free collateral backs nothing until rounds are over",
                self.accused
            )?;
        }
        if let Some(settings) = &self.settings {
            writeln!(f, "{settings}")?;
        }
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
        accused: assay.amount(of_worker(|worker| worker.accused.get())),
        funded_at: worker
            .as_ref()
            .map(|worker| worker.funded_at.get())
            .filter(|time| *time > 0),
        settings: worker.as_ref().map(SettingsReport::of),
        missed_today: missed_today(worker.as_ref(), session.client.now()?),
        accepted: of_worker(|worker| worker.accepted.get()),
        rejected: of_worker(|worker| worker.rejected.get()),
        missed: of_worker(|worker| worker.missed.get()),
        unbonding: fetch_tickets(session, &owner, &provider)?,
    })
}

/// Returns the deadlines that the worker missed on the day of `now` (Unix time).
fn missed_today(worker: Option<&Worker>, now: i64) -> u32 {
    let today = now.div_euclid(86_400);
    let worker = worker.filter(|worker| i64::from(worker.miss_day.get()) == today);
    worker.map_or(0, |worker| worker.missed_today.get())
}
