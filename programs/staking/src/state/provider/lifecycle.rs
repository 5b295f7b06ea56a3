//! The end of a generation of delegated stake, and of a provider.

use super::Provider;
use crate::{
    error::{RuleResult, StakingError},
    state::{Params, Pool},
};

/// What the end of a diluted pool left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Rewards that were still to come, base units of the stake mint. They stay in the reward vault, counted nowhere.
    pub unvested: u64,
    /// Tokens that stay in the stake vault, counted nowhere, base units; `None` if the generation goes on.
    pub left: Option<u64>,
}

impl Provider {
    /// Returns whether slashing left delegators less than one token for 2²⁰ shares, and less than the least delegation in all. The
    /// ratio alone says nothing about what the tokens are worth: a diluted pool that is worth more stays the delegators'.
    pub fn is_wiped_out(&self, params: &Params) -> bool {
        let is_dust = self.active_tokens.get() < params.min_delegation.get();
        self.active_shares.get() > 0 && is_dust && self.pool().is_diluted()
    }

    /// Ends the stream of a pool that slashing wiped out, so that nobody inherits what its delegators would have had; and the
    /// generation, unless the remainder backs work. All was settled. Returns `None` if the pool is not wiped out.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn end_diluted(&mut self, params: &Params) -> RuleResult<Option<Ended>> {
        if !self.is_wiped_out(params) {
            return Ok(None);
        }
        let unvested = self.stream.end();
        self.pay_rewards(unvested)?;
        let mut ended = Ended {
            unvested,
            left: None,
        };
        if self.allocated.get() > self.own.active.get() {
            return Ok(Some(ended));
        }
        ended.left = Some(self.active_tokens.get());
        self.set_pool(Pool {
            tokens: 0,
            shares: 0,
        });
        self.requested_shares = 0.into();
        let next = self.generation.get().checked_add(1);
        self.generation = next.ok_or(StakingError::Overflow)?.into();
        self.unsettled = self.holders;
        self.holders = 0.into();
        self.accumulator.carry = 0.into();
        Ok(Some(ended))
    }

    /// Begins to retire at the Unix time `now`. The notice is long enough to claim the epochs before it and to stream what they
    /// bring. Attested work can go on; what it brings is waited for by [`Provider::check_leave`].
    ///
    /// # Errors
    /// `Retiring`, `StakeAllocated`, `Overflow`.
    pub fn begin_retirement(&mut self, now: i64, params: &Params) -> RuleResult<()> {
        if self.is_retiring() {
            return Err(StakingError::Retiring);
        }
        if self.allocated.get() > 0 {
            return Err(StakingError::StakeAllocated);
        }
        let notice = params.claim_span.get().saturating_mul(2);
        let notice = notice.max(params.unbonding_period.get());
        let retires_at = now.checked_add_unsigned(notice);
        self.retires_at = retires_at.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Checks that the provider may be closed at the Unix time `now`: nobody has anything in it, and no account refers to it.
    ///
    /// # Errors
    /// `NotRetired`, `ProviderNotEmpty`.
    pub fn check_retired(&self, now: i64) -> RuleResult<()> {
        if !self.is_retired(now) {
            return Err(StakingError::NotRetired);
        }
        let has_stake = self.own.total() != Some(0)
            || self.active_shares.get() > 0
            || self.pending_tokens.get() > 0
            || self.matured_tokens.get() > 0
            || self.buckets.iter().any(|bucket| !bucket.is_free());
        let has_accounts = self.delegations.get() > 0 || self.records.get() > 0;
        if has_stake || has_accounts || self.owner_rewards.get() > 0 {
            return Err(StakingError::ProviderNotEmpty);
        }
        Ok(())
    }
}
