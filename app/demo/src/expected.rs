//! The demonstration's own book: what it gave, and what the formulas say has moved since. All in base units.

use crate::{
    cast::Cast,
    formulas::{Formulas, ASSAY},
};
use anyhow::Result;

/// Vaults that no account on chain keeps count of are audited against this.
pub struct Book {
    /// Given by the faucet to everyone together.
    pub tusd_given: u64,
    pub assay_given: u64,
    /// Protocol fees of closed jobs, tUSD.
    pub fees: u64,
    /// Taken from the liar's stake, ASSAY.
    pub slashed: u64,
    /// Minted by epochs, ASSAY.
    pub minted: u64,
    /// Part of it that went to the treasury.
    pub minted_to_treasury: u64,
}

impl Book {
    pub fn open(cast: &Cast, formulas: &Formulas) -> Result<Self> {
        let (mut tusd_given, mut assay_given) = (0, 0);
        for wallet in cast.wallets() {
            tusd_given += formulas.tusd(&wallet.gift.tusd.to_string())?;
            assay_given += wallet.gift.assay * ASSAY;
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
