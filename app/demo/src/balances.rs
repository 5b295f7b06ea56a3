//! Balances of the providers and the treasury at one moment, base units.

use crate::{
    check,
    environment::Environment,
    participants::{Participants, Provider},
};
use anyhow::{Context, Result};
use assay_client::{pda, Address};
use std::collections::HashMap;

#[derive(Clone, Copy)]
struct Holdings {
    /// tUSD in the owner's ATA.
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
    pub fn of(env: &Environment, participants: &Participants) -> Result<Self> {
        let client = &env.client;
        let mut providers = HashMap::new();
        for provider in &participants.providers {
            let ata = pda::ata(&provider.owner.address, &env.tusd());
            let vault = pda::staking::stake_vault(&provider.provider);
            let holdings = Holdings {
                earned: client.token_balance(&ata)?,
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
        // Stake can only shrink here: it grows by its owner's deposits alone, and nobody makes any.
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
