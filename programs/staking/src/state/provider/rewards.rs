//! Rewards: what is funded, how it comes to owner and delegators, and what is paid.

use super::Provider;
use crate::{
    error::{RuleResult, StakingError},
    state::Delegation,
};
use assay_shared::math::mul_div_floor;

/// What one settlement brought, base units of the stake mint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Taken out of the stream.
    pub vested: u64,
    /// Part of it for the owner; the rest was credited to the delegators' shares.
    pub own: u64,
}

impl Provider {
    /// Brings owner and delegators what was streamed until the Unix time `now`, in proportion to their active stake, rounded to the
    /// delegators. While nobody has active stake the stream stands still.
    ///
    /// It comes before every change of active stake or shares: so nobody earns for a time in which it was not there.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn settle(&mut self, now: i64) -> RuleResult<Settled> {
        let (own_active, active) = (self.own.active.get(), self.active_tokens.get());
        let base = own_active.checked_add(active);
        let base = base.ok_or(StakingError::Overflow)?;
        if base == 0 {
            self.stream.hold(now);
            return Ok(Settled::default());
        }
        let vested = self.stream.vest(now);
        if vested == 0 {
            return Ok(Settled::default());
        }
        let own = if active == 0 {
            vested
        } else {
            mul_div_floor(vested, own_active, base).ok_or(StakingError::Overflow)?
        };
        self.add_owner_rewards(own)?;
        let credited = vested.saturating_sub(own);
        if credited > 0 {
            self.accumulator
                .credit(credited, self.active_shares.get())?;
        }
        Ok(Settled { vested, own })
    }

    /// Pays a delegation's shares up to the accumulator. Shares of the generation before are worth nothing beside that: they end
    /// here. The accumulator stands still until all of them have, so none loses what it had earned.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn settle_position(&mut self, delegation: &mut Delegation) -> RuleResult<()> {
        let acc = self.accumulator.acc.get();
        delegation.earn(acc)?;
        if !delegation.is_alive(self.generation.get()) {
            delegation.shares = 0.into();
            delegation.requested = 0.into();
            let unsettled = self.unsettled.get().checked_sub(1);
            self.unsettled = unsettled.ok_or(StakingError::Overflow)?.into();
        }
        delegation.generation = self.generation;
        Ok(())
    }

    fn add_owner_rewards(&mut self, amount: u64) -> RuleResult<()> {
        let rewards = self.owner_rewards.get().checked_add(amount);
        self.owner_rewards = rewards.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Records rewards, base units: `direct` for the owner at once, `streamed` for all active stake over `span` seconds. All was
    /// settled up to the Unix time `now`.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn fund(&mut self, direct: u64, streamed: u64, span: u64, now: i64) -> RuleResult<()> {
        let held = self.rewards_held.get().checked_add(direct);
        let held = held.and_then(|held| held.checked_add(streamed));
        self.rewards_held = held.ok_or(StakingError::Overflow)?.into();
        self.add_owner_rewards(direct)?;
        self.stream.add(streamed, span, now)
    }

    /// Takes out the rewards owed to the owner, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn take_owner_rewards(&mut self) -> RuleResult<u64> {
        let rewards = self.owner_rewards.get();
        self.owner_rewards = 0.into();
        self.pay_rewards(rewards)?;
        Ok(rewards)
    }

    /// Counts rewards that leave the reward vault, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn pay_rewards(&mut self, amount: u64) -> RuleResult<()> {
        let held = self.rewards_held.get().checked_sub(amount);
        self.rewards_held = held.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }
}
