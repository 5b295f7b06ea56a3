//! Delegated stake: it waits, and joins.

use super::Provider;
use crate::{
    error::{RuleResult, StakingError},
    state::{Delegation, Params},
};

/// What joined, or what left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Base units of the stake mint.
    pub tokens: u64,
    /// Shares of the pool that took them in: the active one, or the bucket.
    pub shares: u64,
}

impl Provider {
    /// Counts a delegation account that was opened.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn open_delegation(&mut self) -> RuleResult<()> {
        let delegations = self.delegations.get().checked_add(1);
        self.delegations = delegations.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Counts a delegation account that is closed.
    pub fn close_delegation(&mut self) {
        self.delegations = self.delegations.get().saturating_sub(1).into();
    }

    /// Sets `amount` base units aside for a delegation. All that waits there waits anew.
    ///
    /// # Errors
    /// `Retiring`, `PoolDiluted`, `DelegationTooSmall`, `Overflow`.
    pub fn set_aside(
        &mut self,
        delegation: &mut Delegation,
        amount: u64,
        now: i64,
        params: &Params,
    ) -> RuleResult<()> {
        if self.is_retiring() {
            return Err(StakingError::Retiring);
        }
        if self.pool().is_diluted() {
            return Err(StakingError::PoolDiluted);
        }
        let pending = delegation.pending.get().checked_add(amount);
        let pending = pending.ok_or(StakingError::Overflow)?;
        if pending < params.min_delegation.get() {
            return Err(StakingError::DelegationTooSmall);
        }
        let sum = self.pending_tokens.get().checked_add(amount);
        self.pending_tokens = sum.ok_or(StakingError::Overflow)?.into();
        delegation.pending = pending.into();
        delegation.pending_from = params.judged_at(now).into();
        Ok(())
    }

    /// Takes out what waits in a delegation, base units.
    ///
    /// # Errors
    /// `ZeroAmount` if nothing waits, `Overflow`.
    pub fn take_pending(&mut self, delegation: &mut Delegation) -> RuleResult<u64> {
        let pending = delegation.pending.get();
        if pending == 0 {
            return Err(StakingError::ZeroAmount);
        }
        let sum = self.pending_tokens.get().checked_sub(pending);
        self.pending_tokens = sum.ok_or(StakingError::Overflow)?.into();
        delegation.pending = 0.into();
        delegation.pending_from = 0.into();
        Ok(pending)
    }

    /// Buys shares for what waits in a delegation, at the price of this moment. Provider and delegation are settled.
    ///
    /// # Errors
    /// `ZeroAmount`, `TooEarly`, `NotOwner`, `Retiring`, `GenerationUnsettled`, `PoolDiluted`, `DepositTooSmall`, `Overflow`.
    pub fn activate(
        &mut self,
        delegation: &mut Delegation,
        is_owner: bool,
        now: i64,
    ) -> RuleResult<Moved> {
        let (pending_from, is_open) = (delegation.pending_from.get(), delegation.is_open(now));
        let tokens = self.take_pending(delegation)?;
        if now < pending_from {
            return Err(StakingError::TooEarly);
        }
        if !is_owner && !is_open {
            return Err(StakingError::NotOwner);
        }
        if self.is_retiring() {
            return Err(StakingError::Retiring);
        }
        // Shares of the generation before are paid up to the accumulator, which must not move until they are.
        if self.unsettled.get() > 0 {
            return Err(StakingError::GenerationUnsettled);
        }
        let mut pool = self.pool();
        if pool.is_diluted() {
            return Err(StakingError::PoolDiluted);
        }
        let shares = pool.deposit(tokens)?;
        self.set_pool(pool);
        let held = delegation.shares.get();
        if held == 0 {
            let holders = self.holders.get().checked_add(1);
            self.holders = holders.ok_or(StakingError::Overflow)?.into();
        }
        let held = held.checked_add(shares).ok_or(StakingError::Overflow)?;
        delegation.shares = held.into();
        Ok(Moved { tokens, shares })
    }
}
