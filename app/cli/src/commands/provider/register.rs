//! `assay provider register`: registers a provider, or changes its description.

use super::commission::parse_commission;
use crate::{keypair::AddressArg, region::Region, CliError, Report, Result, Session};
use assay_client::{
    account_size,
    instruction::{
        market::{open_worker, sync_worker},
        staking::{register_provider, update_provider},
    },
    pda::{market, rewards, staking},
    Signer as _,
};
use assay_market::state::Worker;
use assay_shared::token::ACCOUNT_LEN;
use assay_staking::state::{Provider, ProviderProfile};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The node key claims and delivers work. It can move neither stake nor earnings. The description is changed by the same command.

Example:
  assay --keypair owner.json provider register --node node.json --cpu-cores 8 --memory-gib 32"
)]
pub struct Args {
    /// Key of the node: address or keypair file.
    #[arg(long, value_name = "ADDRESS")]
    node: AddressArg,
    /// Processor cores of the machine.
    #[arg(long, default_value_t = 0, value_name = "N")]
    cpu_cores: u16,
    /// Memory of the machine, GiB.
    #[arg(long, default_value_t = 0, value_name = "N")]
    memory_gib: u16,
    /// GPUs of the machine.
    #[arg(long, default_value_t = 0, value_name = "N")]
    gpus: u16,
    /// Country that the machine is in: its code in ISO 3166-1, like CH or 756. Jobs may require one. Default: none is named.
    #[arg(long, value_name = "COUNTRY")]
    region: Option<Region>,
    /// The owner's share of what delegators' stake earns, in percent. Set when the provider is registered; later changes are
    /// announced with `assay provider commission`. Default: 5%.
    #[arg(long, value_parser = parse_commission, value_name = "PERCENT")]
    commission: Option<u16>,
}

/// The commission of who names none, basis points.
const DEFAULT_COMMISSION: u16 = 500;

#[derive(Serialize)]
struct RegisterReport {
    provider: String,
    worker: String,
    owner: String,
    node: String,
    signature: String,
}

impl fmt::Display for RegisterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "provider {}", self.provider)?;
        writeln!(f, "  worker {}", self.worker)?;
        write!(f, "  node   {}", self.node)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    session.market()?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = staking::provider(&owner);
    let worker = market::worker(&provider);
    let profile = ProviderProfile {
        node: args.node.0,
        cpu_cores: args.cpu_cores,
        memory_gib: args.memory_gib,
        gpus: args.gpus,
        region: args.region.map_or(0, |region| region.0),
    };
    let client = &session.client;
    let mut rent = 0;
    let mut instructions = Vec::new();
    if client.account(&provider)?.is_some() {
        if args.commission.is_some() {
            return Err(CliError::usage(
                "the provider is registered; change its commission with `assay provider commission`",
            ));
        }
        instructions.push(update_provider(owner, profile));
    } else {
        for bytes in [account_size::<Provider>(), ACCOUNT_LEN, ACCOUNT_LEN] {
            rent += client.minimum_balance(bytes)?;
        }
        let commission = args.commission.unwrap_or(DEFAULT_COMMISSION);
        let register = register_provider(owner, rewards::mint(), profile, commission);
        instructions.push(register);
    }
    if client.account(&worker)?.is_some() {
        instructions.push(sync_worker(provider));
    } else {
        rent += client.minimum_balance(account_size::<Worker>())?;
        instructions.push(open_worker(owner));
    }
    let signature = session.send(&instructions, &[&wallet], rent)?;
    Report::new(&RegisterReport {
        provider: provider.to_string(),
        worker: worker.to_string(),
        owner: owner.to_string(),
        node: args.node.0.to_string(),
        signature: signature.to_string(),
    })
}
