use super::Pool;
use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of unbonding buckets of delegated stake: more than are ever immature at once, so that mature ones wait for a crank.
pub const BUCKETS: usize = 16;

/// Delegated stake that left the active pool in one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Bucket {
    /// Unix time from which stake goes to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which the bucket cannot be slashed and its tickets can be withdrawn, seconds. No two buckets have the same.
    pub matures_at: PodI64,
    /// Unbonding stake, base units of the stake mint.
    pub tokens: PodU64,
    /// Number of shares of those tokens, held by tickets; a bucket without shares is free.
    pub shares: PodU64,
}

impl Bucket {
    /// Returns whether no ticket refers to the bucket.
    pub fn is_free(&self) -> bool {
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

    /// Adds `tokens` base units that leave in the span that ends at `closes_at`. Returns the shares that they buy.
    ///
    /// # Errors
    /// `PoolDiluted` if slashing diluted the bucket: the next span has another. `DepositTooSmall`, `Overflow`.
    pub fn add(&mut self, tokens: u64, closes_at: i64) -> RuleResult<u64> {
        let mut pool = self.pool();
        if pool.is_diluted() {
            return Err(StakingError::PoolDiluted);
        }
        let shares = pool.deposit(tokens)?;
        self.set_pool(pool);
        // After a vote on the period, spans of two lengths may mature at the same time. The later close holds both liable.
        self.closes_at = self.closes_at.get().max(closes_at).into();
        Ok(shares)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(closes_at: i64, tokens: u64, shares: u64) -> Bucket {
        Bucket {
            closes_at: closes_at.into(),
            matures_at: (closes_at + 100).into(),
            tokens: tokens.into(),
            shares: shares.into(),
        }
    }

    #[test]
    fn a_bucket_is_liable_for_what_came_before_its_close_until_it_matures() {
        let bucket = bucket(1_000, 7, 7);
        assert!(bucket.is_liable(999, 1_099));
        assert!(!bucket.is_liable(1_000, 1_099));
        assert!(!bucket.is_liable(999, 1_100));
    }

    #[test]
    fn stake_of_a_later_close_holds_the_bucket_liable_as_long() {
        let mut bucket = bucket(1_000, 10, 10);
        assert_eq!(bucket.add(10, 1_050), Ok(10));
        assert!(bucket.is_liable(1_049, 1_099));
        assert_eq!(bucket.add(10, 900), Ok(10));
        assert_eq!(bucket.closes_at.get(), 1_050);
    }

    #[test]
    fn a_diluted_bucket_takes_nothing() {
        let mut bucket = bucket(1_000, 1, (1 << 20) + 1);
        assert_eq!(bucket.add(10, 1_000), Err(StakingError::PoolDiluted));
        assert!(!bucket.is_free());
    }
}
