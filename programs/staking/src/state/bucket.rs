use super::Pool;
use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of unbonding buckets of a provider.
pub const BUCKETS: usize = 8;
/// A bucket collects tickets for the unbonding period divided by this number.
///
/// So at most `BUCKETS_PER_PERIOD + 2` buckets are immature at once: the one that collects, and those whose period still
/// runs. A vote on the period may add to them for a while. So may slashing: a bucket that it diluted stops collecting, and
/// the next ticket opens another one early. If no bucket is free, the next ticket waits until the oldest are withdrawn.
pub const BUCKETS_PER_PERIOD: u64 = 6;

/// Stake that began to unbond during `[opened_at, closes_at)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Bucket {
    /// Unix time of the first ticket, seconds.
    pub opened_at: PodI64,
    /// Unix time from which new tickets go to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which the bucket cannot be slashed and its tickets can be withdrawn, seconds.
    pub matures_at: PodI64,
    /// Unbonding stake, base units of the stake mint.
    pub tokens: PodU64,
    /// Number of shares of those tokens, held by tickets.
    pub shares: PodU64,
}

impl Bucket {
    /// Opens a bucket that collects from the Unix time `now`, for an unbonding period in seconds.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn open(now: i64, unbonding_period: u64) -> RuleResult<Self> {
        let span = unbonding_period
            .checked_div(BUCKETS_PER_PERIOD)
            .and_then(|s| i64::try_from(s).ok());
        let period = i64::try_from(unbonding_period).ok();
        let closes_at = span.and_then(|s| now.checked_add(s));
        let matures_at = closes_at.zip(period).and_then(|(c, p)| c.checked_add(p));
        match (closes_at, matures_at) {
            (Some(closes_at), Some(matures_at)) => Ok(Self {
                opened_at: now.into(),
                closes_at: closes_at.into(),
                matures_at: matures_at.into(),
                ..Self::default()
            }),
            _ => Err(StakingError::Overflow),
        }
    }

    /// Returns whether new tickets may join at `now`: the bucket still collects, slashing has not diluted it, and it was not
    /// opened under a period shorter than `unbonding_period`. Its tickets would escape slashes that the longer period, set by
    /// a vote since, is meant to cover.
    pub fn collects(&self, now: i64, unbonding_period: u64) -> bool {
        self.opened_at.get() <= now
            && now < self.closes_at.get()
            && self.period() >= unbonding_period
            && !self.pool().is_diluted()
    }

    /// Returns the seconds from its close to its maturity: the unbonding period when it was opened.
    fn period(&self) -> u64 {
        let period = self.matures_at.get().checked_sub(self.closes_at.get());
        period.and_then(|p| u64::try_from(p).ok()).unwrap_or(0)
    }

    /// Returns whether no ticket refers to the bucket.
    pub fn is_empty(&self) -> bool {
        self.shares.get() == 0
    }

    /// Returns whether the bucket has matured at the Unix time `now`.
    pub fn is_mature(&self, now: i64) -> bool {
        now >= self.matures_at.get()
    }

    /// Returns whether stake in the bucket is liable for an infraction at `infraction_time`: it has not matured, and some of
    /// it may have been active then.
    pub fn is_liable(&self, infraction_time: i64, now: i64) -> bool {
        !self.is_mature(now) && self.closes_at.get() > infraction_time
    }

    /// Returns tokens and shares as a pool.
    pub fn pool(&self) -> Pool {
        Pool {
            tokens: self.tokens.get(),
            shares: self.shares.get(),
        }
    }

    /// Writes tokens and shares.
    pub fn set_pool(&mut self, pool: Pool) {
        self.tokens = pool.tokens.into();
        self.shares = pool.shares.into();
    }
}
