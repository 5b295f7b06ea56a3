//! Every vault and escrow against what the accounts say.

use crate::{
    cast::{Cast, Provider},
    check,
    stage::{act, Stage},
};
use anyhow::{Context, Result};
use assay_client::{address, Address};
use std::collections::HashMap;

/// What the providers and the treasury hold at one moment, base units.
pub struct Balances {
    /// tUSD of the owners.
    earned: HashMap<Address, u64>,
    /// ASSAY in the stake vaults.
    staked: HashMap<Address, u64>,
    /// ASSAY of the treasury.
    pub treasury: u64,
}

impl Balances {
    pub fn of(stage: &Stage, cast: &Cast) -> Result<Self> {
        let client = &stage.client;
        let (mut earned, mut staked) = (HashMap::new(), HashMap::new());
        for provider in &cast.providers {
            let wallet = address::wallet(&provider.owner.address, &stage.tusd);
            let vault = address::staking::stake_vault(&provider.provider);
            earned.insert(provider.provider, client.token_balance(&wallet)?);
            staked.insert(provider.provider, client.token_balance(&vault)?);
        }
        Ok(Self {
            earned,
            staked,
            treasury: client.token_balance(&address::rewards::treasury())?,
        })
    }

    /// What the provider earned since `before`.
    pub fn earned(&self, before: &Self, provider: &Provider) -> u64 {
        let of = |balances: &Self| {
            balances
                .earned
                .get(&provider.provider)
                .copied()
                .unwrap_or(0)
        };
        of(self).saturating_sub(of(before))
    }

    /// What the provider's stake vault lost since `before`.
    pub fn lost(&self, before: &Self, provider: &Provider) -> u64 {
        let of = |balances: &Self| {
            balances
                .staked
                .get(&provider.provider)
                .copied()
                .unwrap_or(0)
        };
        of(before).saturating_sub(of(self))
    }
}

/// Compares every token account of the protocol on this network with the account that vouches for it.
pub fn audit(stage: &Stage) -> Result<()> {
    act("final audit: every vault and escrow against what the accounts say");
    stakes(stage)?;
    escrows(stage)?;
    rewards(stage)?;
    votes(stage)
}

fn stakes(stage: &Stage) -> Result<()> {
    use assay_market::state::Worker;
    use assay_staking::state::Provider;
    let client = &stage.client;
    let providers = client.list::<Provider>(&assay_staking::ID)?;
    check::holds("there are providers to audit", !providers.is_empty())?;
    for (provider, state) in providers {
        let vault = client.token_balance(&address::staking::stake_vault(&provider))?;
        let due = state.vault_balance().context("a vault balance overflows")?;
        check::equal(&format!("stake vault of {provider}"), vault, due)?;
        let worker: Worker = client.get("worker", &address::market::worker(&provider))?;
        let collateral = worker.free.get().saturating_add(worker.locked.get());
        check::equal(
            "  its collateral at the market",
            collateral,
            state.allocated.get(),
        )?;
    }
    Ok(())
}

fn escrows(stage: &Stage) -> Result<()> {
    for job in stage.client.jobs()? {
        let held = stage.client.token_balance(&job.header.escrow)?;
        check::equal(
            &format!("escrow of {}", job.address),
            held,
            job.header.funds.get(),
        )?;
    }
    Ok(())
}

fn rewards(stage: &Stage) -> Result<()> {
    use assay_rewards::state::{Emission, EpochRewards};
    let client = &stage.client;
    for (_, epoch) in client.list::<EpochRewards>(&assay_rewards::ID)? {
        let held = client.token_balance(&epoch.pot)?;
        let due = epoch.amount.get().saturating_sub(epoch.claimed.get());
        check::equal(&format!("pot of epoch {}", epoch.epoch.get()), held, due)?;
    }
    let emission: Emission = client.get("emission", &address::rewards::emission())?;
    let minted = emission.minted.get();
    let due = emission.genesis_supply.get().saturating_add(minted);
    check::equal("supply of ASSAY", supply(stage)?, due)
}

/// Base units of ASSAY in existence, as the SPL Token program counts them.
pub fn supply(stage: &Stage) -> Result<u64> {
    let answer = stage
        .client
        .rpc()
        .get_token_supply(&address::rewards::mint())?;
    Ok(answer.amount.parse()?)
}

fn votes(stage: &Stage) -> Result<()> {
    use assay_governance::state::{Lock, Params, Proposal};
    let client = &stage.client;
    let mut weight = 0u64;
    for (lock, state) in client.list::<Lock>(&assay_governance::ID)? {
        let vault = client.token_balance(&address::governance::lock_vault(&lock))?;
        check::equal(&format!("vault of lock {lock}"), vault, state.amount.get())?;
        weight = weight.saturating_add(state.weight.get());
    }
    let params: Params = client.get("parameters", &address::governance::params())?;
    check::equal("total voting weight", params.total_weight.get(), weight)?;
    for (proposal, state) in client.list::<Proposal>(&assay_governance::ID)? {
        let vault = client.token_balance(&address::governance::deposit_vault(&proposal))?;
        check::equal(
            &format!("deposit of proposal {}", state.index.get()),
            vault,
            state.deposit.get(),
        )?;
    }
    Ok(())
}
