//! Slashing, and what it and requests of delegators take away from the market.

use super::Provider;
use crate::{
    error::{RuleResult, StakingError},
    state::{slash, Liable, Params, SlashCuts},
};
use anchor_lang::prelude::*;

/// What `slash_stake` returns to the market, base units of the stake mint.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType,
)]
pub struct SlashOutcome {
    /// Stake taken.
    pub taken: u64,
    /// Part of it paid to the award account; the rest was burned.
    pub awarded: u64,
    /// Free collateral that was deallocated, because the remaining stake does not support it.
    pub yielded: u64,
    /// Collateral that is still too much, and was not free.
    pub owed: u64,
}

/// What `yield_stake` returns to the market, base units of the stake mint.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType,
)]
pub struct YieldOutcome {
    /// Free collateral that was deallocated.
    pub yielded: u64,
    /// Collateral that is still too much, and was not free.
    pub owed: u64,
}

impl Provider {
    /// Takes up to `amount` for an infraction at the Unix time `infraction_time`, the owner's stake before the delegators'. Of the
    /// allocated stake `release` is freed; what remains allocated backs other work and is not taken. Returns the parts, whose sum
    /// is less than `amount` if there is not enough.
    ///
    /// The owner's unbonding stake is liable whatever the time: it is the owner who lied. That of delegators is if it may have been
    /// active then. An infraction so old that delegators of today may have come after it takes from the owner only.
    ///
    /// No share ends here, each is worth less: [`Provider::end_diluted`] ends those of a pool that is left empty or too diluted.
    ///
    /// # Errors
    /// `MoreThanAllocated` if less than `release` is allocated, `Overflow`.
    pub fn slash(
        &mut self,
        amount: u64,
        release: u64,
        infraction_time: i64,
        now: i64,
        params: &Params,
    ) -> RuleResult<SlashCuts> {
        self.deallocate(release)?;
        self.own.roll(now)?;
        let liable = self.liable(infraction_time, now, params)?;
        let cuts = slash(amount, &liable).ok_or(StakingError::Overflow)?;
        for (bucket, cut) in self.own.buckets.iter_mut().zip(cuts.own_buckets) {
            bucket.tokens = bucket.tokens.get().saturating_sub(cut).into();
        }
        for (bucket, cut) in self.buckets.iter_mut().zip(cuts.buckets) {
            if cut > 0 {
                bucket.tokens = bucket.tokens.get().saturating_sub(cut).into();
            }
        }
        self.own.active = self.own.active.get().saturating_sub(cuts.own_active).into();
        self.active_tokens = self.active_tokens.get().saturating_sub(cuts.active).into();
        Ok(cuts)
    }

    fn liable(&self, infraction_time: i64, now: i64, params: &Params) -> RuleResult<Liable> {
        let (own_active, active) = (self.own.active.get(), self.active_tokens.get());
        let whole = own_active.checked_add(active);
        let whole = whole.ok_or(StakingError::Overflow)?;
        let mut liable = Liable {
            own_active,
            free_active: whole.saturating_sub(self.allocated.get()),
            ..Liable::default()
        };
        for (tokens, bucket) in liable.own_buckets.iter_mut().zip(&self.own.buckets) {
            *tokens = bucket.tokens.get();
        }
        if now < params.judged_at(infraction_time) {
            liable.active = active;
            for (tokens, bucket) in liable.buckets.iter_mut().zip(&self.buckets) {
                if bucket.is_liable(infraction_time, now) {
                    *tokens = bucket.tokens.get();
                }
            }
        }
        Ok(liable)
    }

    /// Deallocates stake that is allocated beyond the capacity, as far as the market has it `free`, base units.
    ///
    /// # Errors
    /// `MoreThanAllocated` cannot occur: the excess is part of what is allocated. `Overflow`.
    pub fn yield_free(&mut self, free: u64, params: &Params) -> RuleResult<YieldOutcome> {
        let excess = self.excess(params)?;
        let yielded = excess.min(free);
        self.deallocate(yielded)?;
        Ok(YieldOutcome {
            yielded,
            owed: excess.saturating_sub(yielded),
        })
    }
}
