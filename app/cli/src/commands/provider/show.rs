use super::{
    find,
    tickets::{tickets, Unbonding},
};
use crate::{amount::Tokens, key::AddressArg, token::Token, Outcome, Result, Session};
use assay_client::pda::{market, staking};
use assay_market::state::Worker;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address or keypair file of the owner; the wallet when left out.
    owner: Option<AddressArg>,
}

/// One provider with its worker.
#[derive(Serialize)]
struct Shown {
    owner: String,
    provider: String,
    worker: String,
    node: String,
    cpu_cores: u16,
    memory_gib: u16,
    gpus: u16,
    region: u16,
    active: Tokens,
    /// Part of the active stake that is collateral on the market.
    allocated: Tokens,
    free_collateral: Tokens,
    locked_collateral: Tokens,
    accepted: u64,
    rejected: u64,
    missed: u64,
    unbonding: Vec<Unbonding>,
}

impl fmt::Display for Shown {
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
            .try_for_each(|unbonding| write!(f, "\nunbonding   {unbonding}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let owner = session.owner(args.owner)?;
    let provider = find(session, &owner)?;
    let address = staking::provider(&owner);
    let at_market = market::worker(&address);
    let worker: Option<Worker> = session.client.try_fetch(&at_market)?;
    let of_worker = |field: fn(&Worker) -> u64| worker.as_ref().map_or(0, field);
    let assay = Token::assay();
    Outcome::ok(&Shown {
        owner: owner.to_string(),
        provider: address.to_string(),
        worker: at_market.to_string(),
        node: provider.node.to_string(),
        cpu_cores: provider.cpu_cores.get(),
        memory_gib: provider.memory_gib.get(),
        gpus: provider.gpus.get(),
        region: provider.region.get(),
        active: assay.tokens(provider.active_tokens.get()),
        allocated: assay.tokens(provider.allocated.get()),
        free_collateral: assay.tokens(of_worker(|worker| worker.free.get())),
        locked_collateral: assay.tokens(of_worker(|worker| worker.locked.get())),
        accepted: of_worker(|worker| worker.accepted.get()),
        rejected: of_worker(|worker| worker.rejected.get()),
        missed: of_worker(|worker| worker.missed.get()),
        unbonding: tickets(session, &owner, &provider)?,
    })
}
