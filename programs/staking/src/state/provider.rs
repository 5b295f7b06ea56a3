use super::{slash, Bucket, Pool, SlashCuts, BUCKETS};
use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;

/// What an owner says about the machine behind a provider. The protocol trusts none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProviderProfile {
    /// Node key that claims and delivers work. It can withdraw neither stake nor pay, but a thief of it can cause penalties by
    /// missing deadlines or committing wrong results.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: u16,
    /// Main memory, GiB.
    pub memory_gib: u16,
    /// Number of graphics processors.
    pub gpus: u16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: u16,
}

/// A provider of compute and its stake. Seeds: `provider`, owner.
#[account]
pub struct Provider {
    /// Wallet that registered the provider and owns its stake. Never changes.
    pub owner: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Active stake, base units of the stake mint. Counted here, never read from the vault.
    pub active_tokens: PodU64,
    /// Number of shares of the active stake, held by delegations.
    pub active_shares: PodU64,
    /// Part of the active stake that backs work as collateral, base units of the stake mint.
    pub allocated: PodU64,
    /// Unbonding stake.
    pub buckets: [Bucket; BUCKETS],
    /// Number of times that slashing wiped the active stake out.
    pub generation: PodU32,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the stake vault's address.
    pub vault_bump: u8,
}

impl Provider {
    /// Writes the node key and the description of the machine.
    pub fn set_profile(&mut self, profile: ProviderProfile) {
        self.node = profile.node;
        self.cpu_cores = profile.cpu_cores.into();
        self.memory_gib = profile.memory_gib.into();
        self.gpus = profile.gpus.into();
        self.region = profile.region.into();
    }

    /// Returns the active stake as a pool.
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

    /// Returns the active stake that is not allocated, base units of the stake mint.
    pub fn unallocated(&self) -> u64 {
        self.active_tokens
            .get()
            .saturating_sub(self.allocated.get())
    }

    /// Returns the tokens that the vault must hold: the active stake and every bucket, base units of the stake mint. Returns
    /// `None` if the sum does not fit 64 bits.
    pub fn vault_balance(&self) -> Option<u64> {
        let mut sum = self.active_tokens.get();
        for bucket in &self.buckets {
            sum = sum.checked_add(bucket.tokens.get())?;
        }
        Some(sum)
    }

    /// Adds `amount` base units to the active stake and returns the shares that they buy.
    ///
    /// # Errors
    /// `PoolDiluted`, `DepositTooSmall`, `Overflow`.
    pub fn deposit(&mut self, amount: u64) -> RuleResult<u64> {
        let mut pool = self.active();
        if pool.is_diluted() {
            return Err(StakingError::PoolDiluted);
        }
        let shares = pool.deposit(amount)?;
        self.set_active(pool);
        Ok(shares)
    }

    /// Takes `shares` out of the active stake and returns their value in base units.
    ///
    /// # Errors
    /// `NotEnoughShares`, `SharesWorthNothing`, `StakeAllocated`.
    pub fn redeem_shares(&mut self, shares: u64) -> RuleResult<u64> {
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

    /// Adds `tokens` to the bucket that collects at `now`, and opens one if needed. Returns the bucket's index and the shares
    /// of it that the tokens buy.
    ///
    /// # Errors
    /// `UnbondingQueueFull`, `DepositTooSmall`, `Overflow`.
    pub fn add_to_bucket(
        &mut self,
        tokens: u64,
        now: i64,
        unbonding_period: u64,
    ) -> RuleResult<(u8, u64)> {
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

    fn open_bucket(&mut self, now: i64, unbonding_period: u64) -> RuleResult<usize> {
        let index = self
            .buckets
            .iter()
            .position(Bucket::is_empty)
            .ok_or(StakingError::UnbondingQueueFull)?;
        // An empty bucket holds no tokens, because its last shares were redeemed for all of them.
        let bucket = self.buckets.get_mut(index).ok_or(StakingError::Overflow)?;
        *bucket = Bucket::open(now, unbonding_period)?;
        Ok(index)
    }

    /// Takes a ticket's `shares` out of `bucket` and returns their value in base units. After slashing it may be 0.
    ///
    /// # Errors
    /// `NotEnoughShares`.
    pub fn remove_from_bucket(&mut self, bucket: u8, shares: u64) -> RuleResult<u64> {
        let bucket = self
            .buckets
            .get_mut(usize::from(bucket))
            .ok_or(StakingError::NotEnoughShares)?;
        let mut pool = bucket.pool();
        let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
        bucket.set_pool(pool);
        Ok(tokens)
    }

    /// Allocates `amount` base units of active stake.
    ///
    /// # Errors
    /// `StakeAllocated` if less than `amount` is unallocated, `Overflow`.
    pub fn allocate(&mut self, amount: u64) -> RuleResult<()> {
        if amount > self.unallocated() {
            return Err(StakingError::StakeAllocated);
        }
        let allocated = self.allocated.get().checked_add(amount);
        self.allocated = allocated.ok_or(StakingError::Overflow)?.into();
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

    /// Takes up to `amount` for an infraction: from the active stake, allocated or not, and from the buckets that were still
    /// active then and are not mature. Of the allocated stake `release` is freed, and only that may be taken: the rest backs
    /// other work. Returns the parts, whose sum is less than `amount` if there is not enough.
    ///
    /// No share ends here, each is worth less: [`Provider::end_wiped_out_generation`] ends those of an active pool that is
    /// left empty or too diluted.
    ///
    /// # Errors
    /// `MoreThanAllocated` if less than `release` is allocated.
    pub fn slash(
        &mut self,
        amount: u64,
        release: u64,
        infraction_time: i64,
        now: i64,
    ) -> RuleResult<SlashCuts> {
        self.deallocate(release)?;
        let mut liable = [0u64; BUCKETS];
        for (tokens, bucket) in liable.iter_mut().zip(&self.buckets) {
            if bucket.is_liable(infraction_time, now) {
                *tokens = bucket.tokens.get();
            }
        }
        let cuts = slash(amount, self.unallocated(), &liable).ok_or(StakingError::Overflow)?;
        for (bucket, cut) in self.buckets.iter_mut().zip(cuts.buckets) {
            bucket.tokens = bucket.tokens.get().saturating_sub(cut).into();
        }
        self.active_tokens = self.active_tokens.get().saturating_sub(cuts.active).into();
        Ok(cuts)
    }

    /// Ends the generation if slashing emptied the active stake, or left more than 2²⁰ shares per token and less than `least`
    /// base units. Returns the remaining base units, which the caller burns. Does nothing while part of the remainder is
    /// allocated. A diluted pool with more in it takes no deposits, and its stake stays the stakers'.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn end_wiped_out_generation(&mut self, least: u64) -> RuleResult<u64> {
        let pool = self.active();
        let is_remainder = pool.tokens == 0 || pool.tokens < least;
        if !pool.is_diluted() || !is_remainder || self.allocated.get() > 0 {
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
