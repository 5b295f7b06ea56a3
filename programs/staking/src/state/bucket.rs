use super::Pool;
use crate::error::StakingError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Buckets of one provider.
pub const BUCKETS: usize = 8;
/// A bucket collects tickets for this fraction of the unbonding period. With one collecting and its period still to
/// run, at most `BUCKETS_PER_PERIOD + 2` buckets are immature at once. Votes on the period may add to them for a
/// while, and so may slashing: a bucket that it diluted stops collecting, and the next ticket opens another in the same
/// span. When no bucket is free, the next ticket waits until the oldest ones are withdrawn.
pub const BUCKETS_PER_PERIOD: u64 = 6;

/// Stake that began to unbond during `[opened_at, closes_at)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Bucket {
    /// Unix time of the first ticket.
    pub opened_at: PodI64,
    /// Unix time from which new tickets go to another bucket.
    pub closes_at: PodI64,
    /// Unix time from which the bucket can no longer be slashed and its tickets can be withdrawn.
    pub matures_at: PodI64,
    /// Base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of those tokens, held by tickets.
    pub shares: PodU64,
}

impl Bucket {
    /// A new bucket that collects from `now`.
    ///
    /// Errors: `Overflow`.
    pub fn open(now: i64, unbonding_period: u64) -> core::result::Result<Self, StakingError> {
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

    /// Whether new tickets may join at `now`: still collecting, not slashed beyond measure, and not opened under a
    /// period shorter than `unbonding_period`, whose tickets would escape what a vote just made a slash reach.
    pub fn collects(&self, now: i64, unbonding_period: u64) -> bool {
        self.opened_at.get() <= now
            && now < self.closes_at.get()
            && self.period() >= unbonding_period
            && !self.pool().is_diluted()
    }

    /// Seconds from its close to its maturity: the unbonding period when it was opened.
    fn period(&self) -> u64 {
        let period = self.matures_at.get().checked_sub(self.closes_at.get());
        period.and_then(|p| u64::try_from(p).ok()).unwrap_or(0)
    }

    /// Whether no ticket refers to the bucket any more.
    pub fn is_empty(&self) -> bool {
        self.shares.get() == 0
    }

    pub fn is_mature(&self, now: i64) -> bool {
        now >= self.matures_at.get()
    }

    /// Whether stake in the bucket answers for an infraction at `infraction_time`: it is immature, and some of it may
    /// have been active then.
    pub fn is_liable(&self, infraction_time: i64, now: i64) -> bool {
        !self.is_mature(now) && self.closes_at.get() > infraction_time
    }

    pub fn pool(&self) -> Pool {
        Pool {
            tokens: self.tokens.get(),
            shares: self.shares.get(),
        }
    }

    pub fn set_pool(&mut self, pool: Pool) {
        self.tokens = pool.tokens.into();
        self.shares = pool.shares.into();
    }
}
