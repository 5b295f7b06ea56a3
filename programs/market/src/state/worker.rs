use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of epochs of which a worker's weight is remembered.
pub const RING: usize = 8;

/// A worker's accepted work in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Work {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Protocol fees that this worker's results earned, valued in base units of the stake mint.
    pub weight: PodU64,
    /// 1 once the weight is in the epoch's sum, else 0.
    pub tallied: u8,
}

/// The collateral that sortition draws a worker by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collateral {
    /// Collateral that can back new claims, base units of the stake mint.
    pub free: u64,
    /// Unix time at which collateral was last added, seconds.
    pub funded_at: i64,
}

/// A provider's side of the market. Seeds: `worker`, provider.
#[account]
pub struct Worker {
    /// The staking program's provider.
    pub provider: Address,
    /// Receives the pay. Copied from the provider, where it never changes.
    pub owner: Address,
    /// Key that claims and delivers work. Copied from the provider; `sync_worker` refreshes it.
    pub node: Address,
    /// Collateral that can back new claims, base units of the stake mint.
    pub free: PodU64,
    /// Collateral behind claimed seats, base units of the stake mint.
    pub locked: PodU64,
    /// Unix time at which collateral was last added, seconds.
    pub funded_at: PodI64,
    /// Number of results accepted and paid so far.
    pub accepted: PodU64,
    /// Number of results rejected and slashed so far.
    pub rejected: PodU64,
    /// Number of deadlines missed and penalized so far.
    pub missed: PodU64,
    /// Work of the last epochs: entry `epoch % RING` holds that epoch's work.
    pub ring: [Work; RING],
    /// Bump of this account's address.
    pub bump: u8,
}

impl Worker {
    /// Returns the collateral that sortition draws this worker by.
    pub fn collateral(&self) -> Collateral {
        Collateral {
            free: self.free.get(),
            funded_at: self.funded_at.get(),
        }
    }

    /// Returns free and locked collateral together, base units of the stake mint.
    pub fn total_collateral(&self) -> u64 {
        self.free.get().saturating_add(self.locked.get())
    }

    /// Adds `amount` base units of free collateral at the Unix time `now`.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add_collateral(&mut self, amount: u64, now: i64) -> RuleResult<()> {
        self.funded_at = now.into();
        self.release(amount)
    }

    /// Adds `amount` base units to the free collateral.
    ///
    /// # Errors
    /// `Overflow`.
    fn release(&mut self, amount: u64) -> RuleResult<()> {
        let free = self.free.get().checked_add(amount);
        self.free = free.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Takes `amount` base units of free collateral away.
    ///
    /// # Errors
    /// `NotEnoughCollateral`.
    pub fn remove_collateral(&mut self, amount: u64) -> RuleResult<()> {
        let free = self.free.get().checked_sub(amount);
        self.free = free.ok_or(MarketError::NotEnoughCollateral)?.into();
        Ok(())
    }

    /// Locks `bond` base units of free collateral behind a claimed seat.
    ///
    /// # Errors
    /// `NotEnoughCollateral`, `Overflow`.
    pub fn lock(&mut self, bond: u64) -> RuleResult<()> {
        self.remove_collateral(bond)?;
        let locked = self.locked.get().checked_add(bond);
        self.locked = locked.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Unlocks `bonds` base units. `cut` of them is slashed, the rest is free again.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn unlock(&mut self, bonds: u64, cut: u64) -> RuleResult<()> {
        let locked = self.locked.get().checked_sub(bonds);
        self.locked = locked.ok_or(MarketError::Overflow)?.into();
        let kept = bonds.checked_sub(cut).ok_or(MarketError::Overflow)?;
        self.release(kept)
    }

    /// Adds `weight` to the epoch's work. The epoch's entry replaces that of eight epochs before.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add_weight(&mut self, epoch: u64, weight: u64) -> RuleResult<()> {
        let entry = self.entry_mut(epoch)?;
        if entry.epoch.get() != epoch {
            *entry = Work {
                epoch: epoch.into(),
                ..Work::default()
            };
        }
        let sum = entry.weight.get().checked_add(weight);
        entry.weight = sum.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Returns the epoch's work, or `None` if there is none or the ring has forgotten it.
    pub fn work(&self, epoch: u64) -> Option<&Work> {
        let entry = self.ring.get(ring_index(epoch)?)?;
        (entry.epoch.get() == epoch && entry.weight.get() > 0).then_some(entry)
    }

    /// Marks the epoch's work as tallied and returns its weight, base units of the stake mint.
    ///
    /// # Errors
    /// `NothingToTally`.
    pub fn tally(&mut self, epoch: u64) -> RuleResult<u64> {
        let entry = self.entry_mut(epoch)?;
        if entry.epoch.get() != epoch || entry.weight.get() == 0 || entry.tallied != 0 {
            return Err(MarketError::NothingToTally);
        }
        entry.tallied = 1;
        Ok(entry.weight.get())
    }

    fn entry_mut(&mut self, epoch: u64) -> RuleResult<&mut Work> {
        ring_index(epoch)
            .and_then(|index| self.ring.get_mut(index))
            .ok_or(MarketError::Overflow)
    }
}

fn ring_index(epoch: u64) -> Option<usize> {
    usize::try_from(epoch.checked_rem(RING as u64)?).ok()
}
