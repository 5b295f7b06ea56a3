use super::{span_end, OWN_PARTS};
use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of unbonding buckets of an owner's stake.
pub const OWN_BUCKETS: usize = 8;

/// Stake that its owner unbonded in one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct OwnBucket {
    /// Unix time from which the owner's stake goes to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which the bucket cannot be slashed and can be withdrawn, seconds; 0 in a free bucket.
    pub matures_at: PodI64,
    /// Unbonding stake, base units of the stake mint.
    pub tokens: PodU64,
}

impl OwnBucket {
    fn is_free(&self) -> bool {
        self.matures_at.get() == 0
    }

    /// Returns the seconds from its close to its maturity: the unbonding period when it was opened.
    fn period(&self) -> u64 {
        let period = self.matures_at.get().checked_sub(self.closes_at.get());
        period.and_then(|p| u64::try_from(p).ok()).unwrap_or(0)
    }
}

/// The owner's own stake: plain tokens, because they have one holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct OwnStake {
    /// Active stake, base units of the stake mint.
    pub active: PodU64,
    /// Stake that waits to be withdrawn, base units of the stake mint. Out of reach of slashing.
    pub matured: PodU64,
    /// Unbonding stake, by maturity, the earliest first; free buckets come last.
    pub buckets: [OwnBucket; OWN_BUCKETS],
}

impl OwnStake {
    /// Returns all tokens, active or not, base units. Returns `None` if the sum does not fit 64 bits.
    pub fn total(&self) -> Option<u64> {
        let buckets = self.buckets.iter();
        buckets.fold(
            self.active.get().checked_add(self.matured.get()),
            |sum, bucket| sum?.checked_add(bucket.tokens.get()),
        )
    }

    /// Adds `amount` base units to the active stake.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn deposit(&mut self, amount: u64) -> RuleResult<()> {
        let active = self.active.get().checked_add(amount);
        self.active = active.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Moves what matured by the Unix time `now` out of the buckets.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn roll(&mut self, now: i64) -> RuleResult<()> {
        let is_due = |bucket: &OwnBucket| !bucket.is_free() && now >= bucket.matures_at.get();
        while self.buckets.first().is_some_and(is_due) {
            let due = self.remove(0);
            let matured = self.matured.get().checked_add(due.tokens.get());
            self.matured = matured.ok_or(StakingError::Overflow)?.into();
        }
        Ok(())
    }

    /// Begins to unbond `amount` base units of active stake at the Unix time `now`, for a period in seconds. Returns the bucket
    /// they are in.
    ///
    /// # Errors
    /// `NotEnoughStake`, `UnbondingQueueFull` if no bucket is free, `Overflow`.
    pub fn unbond(&mut self, amount: u64, now: i64, period: u64) -> RuleResult<OwnBucket> {
        self.roll(now)?;
        let active = self.active.get().checked_sub(amount);
        let active = active.ok_or(StakingError::NotEnoughStake)?;
        let index = self.collecting(now, period)?;
        let bucket = self.buckets.get_mut(index).ok_or(StakingError::Overflow)?;
        let tokens = bucket.tokens.get().checked_add(amount);
        bucket.tokens = tokens.ok_or(StakingError::Overflow)?.into();
        self.active = active.into();
        Ok(*bucket)
    }

    /// Returns the index of the bucket that collects at `now`, and opens it if there is none.
    fn collecting(&mut self, now: i64, period: u64) -> RuleResult<usize> {
        // A bucket that a shorter period opened would let stake escape slashes that the longer one, set by a vote since, covers.
        let collects = |bucket: &OwnBucket| {
            !bucket.is_free() && now < bucket.closes_at.get() && bucket.period() >= period
        };
        if let Some(index) = self.buckets.iter().rposition(collects) {
            return Ok(index);
        }
        let (closes_at, matures_at) = span_end(now, period, OWN_PARTS)?;
        let is_later =
            |bucket: &OwnBucket| bucket.is_free() || bucket.matures_at.get() > matures_at;
        let index = self.buckets.iter().position(is_later);
        let index = index.ok_or(StakingError::UnbondingQueueFull)?;
        let rest = self.buckets.get_mut(index..).unwrap_or_default();
        if !rest.last().is_some_and(OwnBucket::is_free) {
            return Err(StakingError::UnbondingQueueFull);
        }
        rest.rotate_right(1);
        if let Some(place) = rest.first_mut() {
            *place = OwnBucket {
                closes_at: closes_at.into(),
                matures_at: matures_at.into(),
                tokens: 0.into(),
            };
        }
        Ok(index)
    }

    /// Takes a bucket out and lets those behind it move up.
    fn remove(&mut self, index: usize) -> OwnBucket {
        let rest = self.buckets.get_mut(index..).unwrap_or_default();
        let Some(first) = rest.first_mut() else {
            return OwnBucket::default();
        };
        let taken = core::mem::take(first);
        rest.rotate_left(1);
        taken
    }

    /// Makes `amount` base units of unbonding stake active again, of that which matures last first. What has matured stays
    /// out: if it could come back, an owner could keep stake out of reach of slashing and put it back at will.
    ///
    /// # Errors
    /// `NotEnoughStake` if less than `amount` is unbonding, `Overflow`.
    pub fn restake(&mut self, amount: u64, now: i64) -> RuleResult<()> {
        self.roll(now)?;
        let mut left = amount;
        for index in (0..OWN_BUCKETS).rev() {
            let Some(bucket) = self.buckets.get_mut(index) else {
                continue;
            };
            let part = bucket.tokens.get().min(left);
            bucket.tokens = bucket.tokens.get().saturating_sub(part).into();
            left = left.saturating_sub(part);
            if bucket.tokens.get() == 0 {
                self.remove(index);
            }
        }
        if left > 0 {
            return Err(StakingError::NotEnoughStake);
        }
        self.deposit(amount)
    }

    /// Takes out what has matured by the Unix time `now`, base units.
    ///
    /// # Errors
    /// `NotMatured` if nothing has, `Overflow`.
    pub fn withdraw(&mut self, now: i64) -> RuleResult<u64> {
        self.roll(now)?;
        let matured = self.matured.get();
        if matured == 0 {
            return Err(StakingError::NotMatured);
        }
        self.matured = 0.into();
        Ok(matured)
    }
}
