use crate::error::MarketError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Epochs of which a worker's weight is remembered.
pub const RING: usize = 8;

/// A worker's accepted work in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Work {
    pub epoch: PodU64,
    /// Stake base units of protocol fee that this worker's results earned the protocol.
    pub weight: PodU64,
    /// 1 once the weight is in the epoch's sum.
    pub tallied: u8,
}

/// What sortition asks of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collateral {
    /// Base units of the stake mint.
    pub free: u64,
    /// Unix time at which collateral was last added.
    pub funded_at: i64,
}

/// Seeds: `worker`, provider. A provider's side of the market.
#[account]
pub struct Worker {
    /// The staking program's provider.
    pub provider: Address,
    /// Copied from the provider: receives earnings.
    pub owner: Address,
    /// Copied from the provider: claims and delivers work. Refreshed by `sync_worker`.
    pub node: Address,
    /// Collateral that can back new claims, base units of the stake mint.
    pub free: PodU64,
    /// Collateral behind claimed seats, base units.
    pub locked: PodU64,
    /// Unix time at which collateral was last added.
    pub funded_at: PodI64,
    /// Results accepted, rejected and missed so far.
    pub accepted: PodU64,
    pub rejected: PodU64,
    pub missed: PodU64,
    /// Entry `epoch % 8` holds that epoch's work.
    pub ring: [Work; RING],
    pub bump: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Worker {
    pub fn collateral(&self) -> Collateral {
        Collateral {
            free: self.free.get(),
            funded_at: self.funded_at.get(),
        }
    }

    /// All collateral, whether or not it is at stake, stake base units.
    pub fn whole(&self) -> u64 {
        self.free.get().saturating_add(self.locked.get())
    }

    /// Errors: `Overflow`.
    pub fn add_collateral(&mut self, amount: u64, now: i64) -> Rule<()> {
        self.funded_at = now.into();
        self.release(amount)
    }

    /// Makes `amount` base units free again.
    ///
    /// Errors: `Overflow`.
    fn release(&mut self, amount: u64) -> Rule<()> {
        let free = self.free.get().checked_add(amount);
        self.free = free.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Errors: `NotEnoughCollateral`.
    pub fn remove_collateral(&mut self, amount: u64) -> Rule<()> {
        let free = self.free.get().checked_sub(amount);
        self.free = free.ok_or(MarketError::NotEnoughCollateral)?.into();
        Ok(())
    }

    /// Binds `bond` base units to a claimed seat.
    ///
    /// Errors: `NotEnoughCollateral`, `Overflow`.
    pub fn lock(&mut self, bond: u64) -> Rule<()> {
        self.remove_collateral(bond)?;
        let locked = self.locked.get().checked_add(bond);
        self.locked = locked.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Frees `bonds` base units of locked collateral less `cut`, which is gone.
    ///
    /// Errors: `Overflow`.
    pub fn unlock(&mut self, bonds: u64, cut: u64) -> Rule<()> {
        let locked = self.locked.get().checked_sub(bonds);
        self.locked = locked.ok_or(MarketError::Overflow)?.into();
        let kept = bonds.checked_sub(cut).ok_or(MarketError::Overflow)?;
        self.release(kept)
    }

    /// Adds `weight` to the epoch's work. The entry of eight epochs ago makes room.
    ///
    /// Errors: `Overflow`.
    pub fn add_weight(&mut self, epoch: u64, weight: u64) -> Rule<()> {
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

    /// The epoch's work, if the ring still remembers any.
    pub fn work(&self, epoch: u64) -> Option<&Work> {
        let entry = self.ring.get(ring_index(epoch)?)?;
        (entry.epoch.get() == epoch && entry.weight.get() > 0).then_some(entry)
    }

    /// Marks the epoch's work as tallied and answers its weight.
    ///
    /// Errors: `NothingToTally`.
    pub fn tally(&mut self, epoch: u64) -> Rule<u64> {
        let entry = self.entry_mut(epoch)?;
        if entry.epoch.get() != epoch || entry.weight.get() == 0 || entry.tallied != 0 {
            return Err(MarketError::NothingToTally);
        }
        entry.tallied = 1;
        Ok(entry.weight.get())
    }

    fn entry_mut(&mut self, epoch: u64) -> Rule<&mut Work> {
        ring_index(epoch)
            .and_then(|index| self.ring.get_mut(index))
            .ok_or(MarketError::Overflow)
    }
}

fn ring_index(epoch: u64) -> Option<usize> {
    usize::try_from(epoch.checked_rem(RING as u64)?).ok()
}
