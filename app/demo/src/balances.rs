//! What the providers and the treasury hold at one moment, base units.

use crate::{
    cast::{Cast, Provider},
    check,
    stage::Stage,
};
use anyhow::{Context, Result};
use assay_client::{pda, Address};
use std::collections::HashMap;

#[derive(Clone, Copy)]
struct Holdings {
    /// tUSD of the owner.
    earned: u64,
    /// ASSAY in the stake vault.
    staked: u64,
}

pub struct Balances {
    providers: HashMap<Address, Holdings>,
    /// ASSAY of the treasury.
    treasury: u64,
}

impl Balances {
    pub fn of(stage: &Stage, cast: &Cast) -> Result<Self> {
        let client = &stage.client;
        let mut providers = HashMap::new();
        for provider in &cast.providers {
            let wallet = pda::ata(&provider.owner.address, &stage.tusd);
            let vault = pda::staking::stake_vault(&provider.provider);
            let holdings = Holdings {
                earned: client.token_balance(&wallet)?,
                staked: client.token_balance(&vault)?,
            };
            providers.insert(provider.provider, holdings);
        }
        Ok(Self {
            providers,
            treasury: client.token_balance(&pda::rewards::treasury())?,
        })
    }

    /// Checks that the provider was paid `paid` and lost `slashed` of its stake since `before`.
    pub fn check(&self, before: &Self, provider: &Provider, paid: u64, slashed: u64) -> Result<()> {
        let (old, new) = (before.of_provider(provider)?, self.of_provider(provider)?);
        let name = provider.name;
        check::change(&format!("{name} was paid"), new.earned, old.earned, paid)?;
        // Never a gain: stake grows only by its owner's deposits, and nobody makes any.
        let lost = i128::from(old.staked) - i128::from(new.staked);
        check::equal(&format!("{name} lost stake"), lost, i128::from(slashed))
    }

    /// Checks that the treasury received `amount` since `before`.
    pub fn check_treasury(&self, before: &Self, amount: u64) -> Result<()> {
        let what = "the slashed stake reached the treasury";
        check::change(what, self.treasury, before.treasury, amount)
    }

    fn of_provider(&self, provider: &Provider) -> Result<Holdings> {
        let found = self.providers.get(&provider.provider).copied();
        found.with_context(|| format!("no balances of {}", provider.name))
    }
}
