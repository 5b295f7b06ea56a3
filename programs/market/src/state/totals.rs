use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;

/// Sums over the whole market. Seeds: `totals`. Written only when collateral is added, removed or slashed.
#[account]
pub struct Totals {
    /// Version of this layout: 1.
    pub version: u8,
    /// Collateral of all workers, free and locked, base units of the stake mint. Jobs freeze it when they are posted; ranks
    /// are measured against it.
    pub collateral: PodU64,
    /// Bump of this account's address.
    pub bump: u8,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Totals {
    /// Adds collateral of a worker, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, amount: u64) -> RuleResult<()> {
        let sum = self.collateral.get().checked_add(amount);
        self.collateral = sum.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Takes collateral of a worker away, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn remove(&mut self, amount: u64) -> RuleResult<()> {
        let rest = self.collateral.get().checked_sub(amount);
        self.collateral = rest.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }
}
