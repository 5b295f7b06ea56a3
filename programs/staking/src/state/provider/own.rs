//! The owner's stake, and what of all stake backs work.

use super::Provider;
use crate::{
    error::{RuleResult, StakingError},
    state::{capacity, excess, OwnBucket, Params},
};

impl Provider {
    /// Returns how much stake may back work, base units: as [`capacity`]. What slashing left of a pool that it wiped out backs
    /// nothing, so that the generation can end.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn capacity(&self, params: &Params) -> RuleResult<u64> {
        let (own, leverage) = (self.own.active.get(), params.leverage.get());
        if self.is_wiped_out(params) {
            return Ok(capacity(own, 0, 0, leverage));
        }
        let requested = self.pool().value(self.requested_shares.get());
        let requested = requested.ok_or(StakingError::Overflow)?;
        Ok(capacity(own, self.active_tokens.get(), requested, leverage))
    }

    /// Returns how much allocated stake is too much, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn excess(&self, params: &Params) -> RuleResult<u64> {
        Ok(excess(self.allocated.get(), self.capacity(params)?))
    }

    /// Adds `amount` base units to the owner's active stake.
    ///
    /// # Errors
    /// `BelowMinSelfStake`, `Overflow`.
    pub fn deposit_own(&mut self, amount: u64, params: &Params) -> RuleResult<()> {
        self.own.deposit(amount)?;
        self.check_own(params)
    }

    /// Begins to unbond `amount` base units of the owner's active stake. Returns the bucket they are in.
    ///
    /// # Errors
    /// `NotEnoughStake`, `UnbondingQueueFull`, `BelowMinSelfStake`, `StakeAllocated`, `Overflow`.
    pub fn unbond_own(&mut self, amount: u64, now: i64, params: &Params) -> RuleResult<OwnBucket> {
        let bucket = self
            .own
            .unbond(amount, now, params.unbonding_period.get())?;
        if self.own.active.get() > 0 {
            self.check_own(params)?;
        }
        if self.excess(params)? > 0 {
            return Err(StakingError::StakeAllocated);
        }
        Ok(bucket)
    }

    /// Makes `amount` base units of the owner's unbonding stake active again.
    ///
    /// # Errors
    /// `NotEnoughStake`, `BelowMinSelfStake`, `Overflow`.
    pub fn restake_own(&mut self, amount: u64, now: i64, params: &Params) -> RuleResult<()> {
        self.own.restake(amount, now)?;
        // Otherwise an owner could unbond everything, cancel a tiny part and be a provider without stake.
        self.check_own(params)
    }

    fn check_own(&self, params: &Params) -> RuleResult<()> {
        if self.own.active.get() < params.min_self_stake.get() {
            return Err(StakingError::BelowMinSelfStake);
        }
        Ok(())
    }

    /// Allocates `amount` base units of active stake.
    ///
    /// # Errors
    /// `BelowMinSelfStake` if the owner has less active stake than the minimum; `StakeAllocated` if the capacity does not cover
    /// it; `Overflow`.
    pub fn allocate(&mut self, amount: u64, params: &Params) -> RuleResult<()> {
        self.check_own(params)?;
        let allocated = self.allocated.get().checked_add(amount);
        self.allocated = allocated.ok_or(StakingError::Overflow)?.into();
        if self.excess(params)? > 0 {
            return Err(StakingError::StakeAllocated);
        }
        Ok(())
    }

    /// Frees `amount` base units of allocated stake.
    ///
    /// # Errors
    /// `MoreThanAllocated`.
    pub fn deallocate(&mut self, amount: u64) -> RuleResult<()> {
        let allocated = self.allocated.get().checked_sub(amount);
        self.allocated = allocated.ok_or(StakingError::MoreThanAllocated)?.into();
        Ok(())
    }
}
