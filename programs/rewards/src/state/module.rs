use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::MAX_ROYALTY_BPS;

/// A module that its author registered. Seeds: `module`, hash of the module.
///
/// It is a directory: a requester names in the job whom it pays a royalty, and clients take author and royalty from here. So
/// nobody gains by registering the work of others first.
#[account]
pub struct Module {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Royalty as a share of the price of all seats that a task has on average, basis points. Never changes.
    pub royalty_bps: PodU16,
    /// SHA-256 of the WebAssembly module.
    pub hash: [u8; 32],
    /// Receives royalties, and may pass the authorship on.
    pub author: Address,
    /// Wallet that the authorship is offered to; zero for none.
    pub offered_to: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Where source and description are, UTF-8, padded with zeros. Only a hint, never trusted.
    pub uri: [u8; 96],
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Module {
    /// Checks that a royalty is not above the largest one.
    ///
    /// # Errors
    /// `RoyaltyTooHigh`.
    pub fn check_royalty(royalty_bps: u16) -> RuleResult<()> {
        if royalty_bps > MAX_ROYALTY_BPS {
            return Err(RewardsError::RoyaltyTooHigh);
        }
        Ok(())
    }

    /// Passes the authorship on to the wallet that it is offered to.
    ///
    /// # Errors
    /// `NotOffered` for any other wallet.
    pub fn accept(&mut self, wallet: &Address) -> RuleResult<()> {
        if self.offered_to != *wallet {
            return Err(RewardsError::NotOffered);
        }
        self.author = *wallet;
        self.offered_to = Address::default();
        Ok(())
    }
}
