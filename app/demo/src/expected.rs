//! What the protocol's vaults must hold: what the faucet gave, and what has moved since by the formulas. All in base units.

use crate::{
    formulas::{Formulas, ASSAY},
    participants::Participants,
};
use anyhow::Result;

/// Expected balances of the vaults that no account on chain keeps count of.
pub struct Expected {
    /// Given by the faucet to everyone together.
    pub tusd_given: u64,
    pub assay_given: u64,
    /// Protocol fees of closed jobs, tUSD.
    pub fees: u64,
    /// Taken from the liar's stake, ASSAY.
    pub slashed: u64,
    /// Minted by epochs, ASSAY.
    pub minted: u64,
    /// Part of `minted` that went to the treasury.
    pub minted_to_treasury: u64,
}

impl Expected {
    /// Returns the expected balances after the faucet has funded everybody.
    pub fn new(participants: &Participants, formulas: &Formulas) -> Result<Self> {
        let (mut tusd_given, mut assay_given) = (0, 0);
        for wallet in participants.wallets() {
            tusd_given += formulas.tusd(&wallet.funding.tusd.to_string())?;
            assay_given += wallet.funding.assay * ASSAY;
        }
        Ok(Self {
            tusd_given,
            assay_given,
            fees: 0,
            slashed: 0,
            minted: 0,
            minted_to_treasury: 0,
        })
    }
}
