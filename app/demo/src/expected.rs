//! What the protocol's vaults must hold: what the faucet gave, and what has moved since by the formulas. All in base units.

use crate::{
    formulas::{Formulas, ASSAY},
    participants::{Participants, Provider},
};
use anyhow::Result;
use assay_client::Address;
use std::collections::HashMap;

/// Stake and collateral of a provider, ASSAY.
#[derive(Clone, Copy)]
pub struct Backing {
    pub stake: u64,
    pub collateral: u64,
}

/// Expected balances of the vaults that no account on chain keeps count of.
pub struct Expected {
    /// Given by the faucet to everyone together.
    pub tusd_given: u64,
    pub assay_given: u64,
    /// Stake and collateral by provider.
    backing: HashMap<Address, Backing>,
    /// Protocol fees of closed jobs, tUSD.
    pub fees: u64,
    /// Penalties that nobody got, ASSAY.
    pub burned: u64,
    /// Minted by epochs, ASSAY.
    pub minted: u64,
    /// Part of `minted` that went to the treasury.
    pub minted_to_treasury: u64,
    /// Granted out of the treasury, ASSAY.
    pub granted: u64,
}

impl Expected {
    /// Returns the expected balances after everybody is funded and registered.
    pub fn new(participants: &Participants, formulas: &Formulas) -> Result<Self> {
        let (mut tusd_given, mut assay_given) = (0, 0);
        for wallet in participants.wallets() {
            tusd_given += formulas.tusd(&wallet.funding.tusd.to_string())?;
            assay_given += wallet.funding.assay * ASSAY;
        }
        let backing = participants.providers.iter().map(|provider| {
            let backing = Backing {
                stake: provider.stake * ASSAY,
                collateral: provider.collateral * ASSAY,
            };
            (provider.provider, backing)
        });
        Ok(Self {
            tusd_given,
            assay_given,
            backing: backing.collect(),
            fees: 0,
            burned: 0,
            minted: 0,
            minted_to_treasury: 0,
            granted: 0,
        })
    }

    /// Returns stake and collateral of a provider.
    pub fn backing(&self, provider: &Provider) -> Backing {
        let backing = self.backing.get(&provider.provider).copied();
        backing.unwrap_or(Backing {
            stake: 0,
            collateral: 0,
        })
    }

    /// Counts whole ASSAY of stake that a provider adds as collateral.
    pub fn add_collateral(&mut self, provider: &Provider, whole: u64) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.collateral += whole * ASSAY;
        }
    }

    /// Counts whole ASSAY of collateral that a provider takes back.
    pub fn remove_collateral(&mut self, provider: &Provider, whole: u64) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.collateral -= whole * ASSAY;
        }
    }

    /// Counts base units that somebody delegates to a provider.
    pub fn delegate(&mut self, provider: &Provider, amount: u64) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.stake += amount;
        }
    }

    /// Counts base units that leave a provider's stake vault.
    pub fn withdraw(&mut self, provider: &Provider, amount: u64) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.stake -= amount;
        }
    }

    /// Counts that the market gives all collateral of a provider back.
    pub fn no_collateral(&mut self, provider: &Provider) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.collateral = 0;
        }
    }

    /// Takes penalties from a provider.
    pub fn penalize(&mut self, provider: &Provider, lost: u64) {
        if let Some(backing) = self.backing.get_mut(&provider.provider) {
            backing.stake -= lost;
            backing.collateral -= lost;
        }
    }
}
