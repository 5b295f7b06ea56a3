//! Balances of the providers at one moment, base units.

use crate::{
    check,
    dues::Due,
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
    /// ASSAY in the owner's ATA.
    awarded: u64,
    /// ASSAY in the stake vault.
    staked: u64,
}

pub struct Balances {
    providers: HashMap<Address, Holdings>,
}

impl Balances {
    pub fn of(env: &Environment, participants: &Participants) -> Result<Self> {
        let client = &env.client;
        let mut providers = HashMap::new();
        for provider in &participants.providers {
            let owner = &provider.owner.address;
            let vault = pda::staking::stake_vault(&provider.provider);
            let holdings = Holdings {
                earned: client.token_balance(&pda::ata(owner, &env.tusd()))?,
                awarded: client.token_balance(&pda::ata(owner, &pda::rewards::mint()))?,
                staked: client.token_balance(&vault)?,
            };
            providers.insert(provider.provider, holdings);
        }
        Ok(Self { providers })
    }

    /// Checks that the provider got and lost what is due since `before`.
    pub fn check(&self, before: &Self, provider: &Provider, due: &Due) -> Result<()> {
        let (old, new) = (before.of_provider(provider)?, self.of_provider(provider)?);
        let name = provider.name;
        let what = |of: &str| format!("{name} {of}");
        check::change(&what("was paid"), new.earned, old.earned, due.paid)?;
        let awards = (new.awarded, old.awarded);
        check::change(&what("was awarded"), awards.0, awards.1, due.awarded)?;
        // Stake can only shrink here: it grows by its owner's deposits alone, and nobody makes any.
        let lost = i128::from(old.staked) - i128::from(new.staked);
        check::equal(&what("lost stake"), lost, i128::from(due.lost))
    }

    fn of_provider(&self, provider: &Provider) -> Result<Holdings> {
        let found = self.providers.get(&provider.provider).copied();
        found.with_context(|| format!("no balances of {}", provider.name))
    }
}
