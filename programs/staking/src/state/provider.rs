use super::{slash, Bucket, Pool, SlashCuts, BUCKETS};
use crate::error::StakingError;
use anchor_lang::prelude::*;

/// What an owner says about the machine behind a provider. Nothing here is trusted by the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProviderProfile {
    /// Hot key of the node: it claims and delivers work and can withdraw neither stake nor earnings. Who steals it can
    /// still lose collateral to penalties, by missing deadlines or by lying.
    pub node: Address,
    /// Processor cores.
    pub cpu_cores: u16,
    /// Main memory, GiB.
    pub memory_gib: u16,
    /// Graphics processors.
    pub gpus: u16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: u16,
}

/// Seeds: `provider`, owner.
#[account]
pub struct Provider {
    pub owner: Address,
    /// Hot key that claims and delivers work.
    pub node: Address,
    /// Active stake, base units. Tracked here, never read from the vault.
    pub active_tokens: PodU64,
    /// Shares of the active stake, held by delegations.
    pub active_shares: PodU64,
    /// Part of the active stake bound to the market as collateral, base units.
    pub allocated: PodU64,
    pub buckets: [Bucket; BUCKETS],
    /// Counts how often slashing wiped the active pool out.
    pub generation: PodU32,
    /// Processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
    pub bump: u8,
    pub vault_bump: u8,
}

type Rule<T> = core::result::Result<T, StakingError>;

impl Provider {
    pub fn describe(&mut self, profile: ProviderProfile) {
        self.node = profile.node;
        self.cpu_cores = profile.cpu_cores.into();
        self.memory_gib = profile.memory_gib.into();
        self.gpus = profile.gpus.into();
        self.region = profile.region.into();
    }

    pub fn active(&self) -> Pool {
        Pool {
            tokens: self.active_tokens.get(),
            shares: self.active_shares.get(),
        }
    }

    fn set_active(&mut self, pool: Pool) {
        self.active_tokens = pool.tokens.into();
        self.active_shares = pool.shares.into();
    }

    /// Base units that are neither allocated nor unbonding.
    pub fn unallocated(&self) -> u64 {
        self.active_tokens
            .get()
            .saturating_sub(self.allocated.get())
    }

    /// Everything the vault must hold: active stake and every bucket, base units.
    pub fn vault_balance(&self) -> Option<u64> {
        let mut sum = self.active_tokens.get();
        for bucket in &self.buckets {
            sum = sum.checked_add(bucket.tokens.get())?;
        }
        Some(sum)
    }

    /// Errors: `DepositTooSmall`, `Overflow`.
    pub fn deposit(&mut self, amount: u64) -> Rule<u64> {
        let mut pool = self.active();
        let shares = pool.deposit(amount)?;
        self.set_active(pool);
        Ok(shares)
    }

    /// Takes `shares` out of the active stake and answers their value in base units.
    ///
    /// Errors: `NotEnoughShares`, `SharesWorthNothing`, `StakeAllocated`.
    pub fn release(&mut self, shares: u64) -> Rule<u64> {
        let mut pool = self.active();
        let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
        if tokens == 0 {
            return Err(StakingError::SharesWorthNothing);
        }
        if pool.tokens < self.allocated.get() {
            return Err(StakingError::StakeAllocated);
        }
        self.set_active(pool);
        Ok(tokens)
    }

    /// Puts `tokens` into the bucket that collects at `now`, opening one if needed. Answers its index and the shares.
    ///
    /// Errors: `UnbondingQueueFull`, `DepositTooSmall`, `Overflow`.
    pub fn enqueue(&mut self, tokens: u64, now: i64, unbonding_period: u64) -> Rule<(u8, u64)> {
        let index = match self
            .buckets
            .iter()
            .position(|b| b.collects(now, unbonding_period))
        {
            Some(index) => index,
            None => self.open_bucket(now, unbonding_period)?,
        };
        let bucket = self.buckets.get_mut(index).ok_or(StakingError::Overflow)?;
        let mut pool = bucket.pool();
        let shares = pool.deposit(tokens)?;
        bucket.set_pool(pool);
        let index = u8::try_from(index).map_err(|_| StakingError::Overflow)?;
        Ok((index, shares))
    }

    fn open_bucket(&mut self, now: i64, unbonding_period: u64) -> Rule<usize> {
        let index = self
            .buckets
            .iter()
            .position(Bucket::is_empty)
            .ok_or(StakingError::UnbondingQueueFull)?;
        // An emptied bucket holds no tokens: the last shares are redeemed for all of them.
        let bucket = self.buckets.get_mut(index).ok_or(StakingError::Overflow)?;
        *bucket = Bucket::open(now, unbonding_period)?;
        Ok(index)
    }

    /// Takes a ticket's `shares` out of `bucket` and answers their value in base units, which slashing may have made 0.
    ///
    /// Errors: `NotEnoughShares`.
    pub fn dequeue(&mut self, bucket: u8, shares: u64) -> Rule<u64> {
        let bucket = self
            .buckets
            .get_mut(usize::from(bucket))
            .ok_or(StakingError::NotEnoughShares)?;
        let mut pool = bucket.pool();
        let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
        bucket.set_pool(pool);
        Ok(tokens)
    }

    /// Errors: `StakeAllocated` when less than `amount` is unallocated, `Overflow`.
    pub fn allocate(&mut self, amount: u64) -> Rule<()> {
        if amount > self.unallocated() {
            return Err(StakingError::StakeAllocated);
        }
        let allocated = self.allocated.get().checked_add(amount);
        self.allocated = allocated.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Errors: `MoreThanAllocated`.
    pub fn deallocate(&mut self, amount: u64) -> Rule<()> {
        let allocated = self.allocated.get().checked_sub(amount);
        self.allocated = allocated.ok_or(StakingError::MoreThanAllocated)?.into();
        Ok(())
    }

    /// Takes `amount` of allocated stake for an infraction, from active stake and liable buckets, and answers the cuts.
    ///
    /// No share ends here, each is only worth less: `end_wiped_out_generation` ends those of an active pool that is
    /// left empty or too diluted.
    ///
    /// Errors: `MoreThanAllocated`.
    pub fn slash(&mut self, amount: u64, infraction_time: i64, now: i64) -> Rule<SlashCuts> {
        self.deallocate(amount)?;
        let mut liable = [0u64; BUCKETS];
        for (tokens, bucket) in liable.iter_mut().zip(&self.buckets) {
            if bucket.is_liable(infraction_time, now) {
                *tokens = bucket.tokens.get();
            }
        }
        let cuts = slash(amount, self.active_tokens.get(), &liable)
            .ok_or(StakingError::MoreThanAllocated)?;
        for (bucket, cut) in self.buckets.iter_mut().zip(cuts.buckets) {
            bucket.tokens = bucket.tokens.get().saturating_sub(cut).into();
        }
        self.active_tokens = self.active_tokens.get().saturating_sub(cuts.active).into();
        Ok(cuts)
    }

    /// Ends the generation of an active pool that slashing emptied or diluted beyond 2²⁰ shares a token, and answers
    /// the base units to sweep. Does nothing while part of the remainder is still allocated.
    ///
    /// Errors: `Overflow`.
    pub fn end_wiped_out_generation(&mut self) -> Rule<u64> {
        let pool = self.active();
        if !pool.is_diluted() || self.allocated.get() > 0 {
            return Ok(0);
        }
        self.set_active(Pool {
            tokens: 0,
            shares: 0,
        });
        let next = self.generation.get().checked_add(1);
        self.generation = next.ok_or(StakingError::Overflow)?.into();
        Ok(pool.tokens)
    }
}
