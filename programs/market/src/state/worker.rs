use crate::{
    error::{MarketError, RuleResult},
    game::money::Backing,
    state::{Work, RING},
};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// What an owner allows its node to risk. Limits stop new claims; they never lower a penalty. Zero means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Limits {
    /// Largest bond of one seat, base units of the stake mint.
    pub seat_bond: PodU64,
    /// Most collateral bound in seats at a time, base units of the stake mint.
    pub locked: PodU64,
    /// Deadlines missed in one day of UTC after which nothing is claimed that day.
    pub daily_misses: PodU32,
}

/// A provider's side of the market. Seeds: `worker`, provider.
#[account]
pub struct Worker {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The staking program's provider.
    pub provider: Address,
    /// Owns stake and worker. Copied from the provider, where it never changes.
    pub owner: Address,
    /// Key that claims and delivers work. Copied from the provider; `sync_worker` refreshes it.
    pub node: Address,
    /// Where its machines are, ISO 3166-1 numeric country code; 0 when not disclosed. Copied from the provider, whose owner
    /// declares it; `sync_worker` refreshes it.
    pub region: PodU16,
    /// Collateral that can back new claims, base units of the stake mint.
    pub free: PodU64,
    /// Collateral bound in seats, base units of the stake mint.
    pub locked: PodU64,
    /// Fixed penalties of first seats that rounds were opened about and that are not settled, base units of the stake mint.
    /// First seats that are claimed meanwhile need as much more free collateral.
    pub accused: PodU64,
    /// Unix time at which collateral was last added, seconds.
    pub funded_at: PodI64,
    /// What the owner allows the node to risk.
    pub limits: Limits,
    /// Number of the day, counted from the Unix epoch, that `missed_today` is of.
    pub miss_day: PodU32,
    /// Deadlines missed on that day.
    pub missed_today: PodU32,
    /// Number of results paid so far.
    pub accepted: PodU64,
    /// Number of results rejected and penalized so far.
    pub rejected: PodU64,
    /// Number of deadlines missed so far.
    pub missed: PodU64,
    /// Work of the last epochs: entry `epoch % RING` holds that epoch's work.
    pub ring: [Work; RING],
    /// X25519 key to which inputs for this worker alone are encrypted; zero if it takes none.
    pub encryption_key: [u8; 32],
    /// Where the worker serves its results, UTF-8, padded with zeros. Only a hint, never trusted.
    pub read_url: [u8; 96],
    /// Receives the pay. Copied from the provider, whose owner names it; `sync_worker` refreshes it.
    pub beneficiary: Address,
    /// Collateral that the provider's stake no longer supports and that was bound when it was asked for, base units of the stake
    /// mint. No claim may use as much of what is free; `yield_collateral` gives it back.
    pub owed: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Seconds of a day.
const DAY: u64 = 86_400;

impl Worker {
    /// Returns free and bound collateral together, base units of the stake mint.
    pub fn total_collateral(&self) -> u64 {
        self.free.get().saturating_add(self.locked.get())
    }

    /// Returns whether all of the collateral was there before the Unix time `seed_time`. What was added later could have been
    /// added because of the seed.
    pub fn is_older_than(&self, seed_time: i64) -> bool {
        self.funded_at.get() < seed_time
    }

    /// Adds `amount` base units of free collateral at the Unix time `now`.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add_collateral(&mut self, amount: u64, now: i64) -> RuleResult<()> {
        self.funded_at = now.into();
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

    /// Gives `amount` base units of free collateral back, which settle what is owed as far as they go.
    ///
    /// # Errors
    /// `NotEnoughCollateral`.
    pub fn return_collateral(&mut self, amount: u64) -> RuleResult<()> {
        self.remove_collateral(amount)?;
        self.owed = self.owed.get().saturating_sub(amount).into();
        Ok(())
    }

    /// Gives `yielded` base units of free collateral back and remembers what is still `owed`.
    ///
    /// # Errors
    /// `NotEnoughCollateral`.
    pub fn yield_collateral(&mut self, yielded: u64, owed: u64) -> RuleResult<()> {
        self.remove_collateral(yielded)?;
        self.owed = owed.into();
        Ok(())
    }

    /// Binds `bond` base units of free collateral in a first seat whose lie costs `lie` more, within the owner's limits and
    /// the job's `reserve`.
    ///
    /// # Errors
    /// `NotEnoughCollateral`, `BeyondLimits`, `Overflow`.
    pub fn lock(&mut self, bond: u64, lie: u64, reserve: u32, now: i64) -> RuleResult<()> {
        if !self.backing().covers(bond, lie, u64::from(reserve)) {
            return Err(MarketError::NotEnoughCollateral);
        }
        self.bind(bond, now)
    }

    /// Binds `bond` base units of free collateral in a challenge whose lie costs `lie` more, within the owner's limits.
    ///
    /// # Errors
    /// `NotEnoughCollateral`, `BeyondLimits`, `Overflow`.
    pub fn lock_challenge(&mut self, bond: u64, lie: u64, now: i64) -> RuleResult<()> {
        if !self.backing().covers_challenge(bond, lie) {
            return Err(MarketError::NotEnoughCollateral);
        }
        self.bind(bond, now)
    }

    /// Binds `bond` base units of free collateral in a late seat, a check or a seat of a round, within the owner's limits.
    ///
    /// # Errors
    /// `NotEnoughCollateral`, `BeyondLimits`, `Overflow`.
    pub fn lock_later(&mut self, bond: u64, lie: u64, now: i64) -> RuleResult<()> {
        if !self.backing().covers_later(bond, lie) {
            return Err(MarketError::NotEnoughCollateral);
        }
        self.bind(bond, now)
    }

    fn backing(&self) -> Backing {
        Backing {
            // What is owed may not be bound again before it is given back.
            free: self.free.get().saturating_sub(self.owed.get()),
            locked: self.locked.get(),
            accused: self.accused.get(),
        }
    }

    /// Counts a round about a first seat of this worker, whose lie costs `lie` base units beside the bond.
    pub fn accuse(&mut self, lie: u64) {
        self.accused = self.accused.get().saturating_add(lie).into();
    }

    /// Ends what [`Worker::accuse`] began, when the seat is settled.
    pub fn absolve(&mut self, lie: u64) {
        self.accused = self.accused.get().saturating_sub(lie).into();
    }

    #[inline(always)]
    fn bind(&mut self, bond: u64, now: i64) -> RuleResult<()> {
        let locked = self.locked.get().checked_add(bond);
        let locked = locked.ok_or(MarketError::Overflow)?;
        let limits = &self.limits;
        let within = |limit: u64, value: u64| limit == 0 || value <= limit;
        let misses = limits.daily_misses.get();
        if !within(limits.seat_bond.get(), bond)
            || !within(limits.locked.get(), locked)
            || misses != 0 && self.missed_on(now) >= misses
        {
            return Err(MarketError::BeyondLimits);
        }
        self.remove_collateral(bond)?;
        self.locked = locked.into();
        Ok(())
    }

    /// Frees `bonds` base units of bound collateral.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn unlock(&mut self, bonds: u64) -> RuleResult<()> {
        self.charge(bonds, 0).map(|_| ())
    }

    /// Frees the bond of a seat and takes `penalty` from it and, where that is not enough, from the free collateral. Returns
    /// the collateral that is gone, base units; the rest of the penalty is for staking to find.
    ///
    /// # Errors
    /// `Overflow`.
    #[inline(always)]
    pub fn charge(&mut self, bond: u64, penalty: u64) -> RuleResult<u64> {
        let locked = self.locked.get().checked_sub(bond);
        let free = self.free.get().checked_add(bond);
        let (locked, free) = locked.zip(free).ok_or(MarketError::Overflow)?;
        let taken = penalty.min(free);
        self.locked = locked.into();
        self.free = free.saturating_sub(taken).into();
        Ok(taken)
    }

    /// Counts a deadline missed at the Unix time `now`.
    pub fn count_miss(&mut self, now: i64) {
        self.missed_today = self.missed_on(now).saturating_add(1).into();
        self.miss_day = day(now).into();
        self.missed = self.missed.get().saturating_add(1).into();
    }

    /// Returns how many deadlines were missed on the day of the Unix time `now`.
    fn missed_on(&self, now: i64) -> u32 {
        if self.miss_day.get() == day(now) {
            self.missed_today.get()
        } else {
            0
        }
    }

    /// Adds `weight` to the epoch's work, whose entry replaces that of [`RING`] epochs before. Returns what was added: nothing
    /// if the epoch is forgotten or tallied already.
    ///
    /// # Errors
    /// `Overflow`.
    #[inline(always)]
    pub fn add_weight(&mut self, epoch: u64, weight: u64) -> RuleResult<u64> {
        let entry = self.entry_mut(epoch)?;
        if entry.epoch.get() > epoch {
            return Ok(0);
        }
        if entry.epoch.get() < epoch {
            *entry = Work {
                epoch: epoch.into(),
                ..Work::default()
            };
        }
        if entry.tallied != 0 {
            return Ok(0);
        }
        let sum = entry.weight.get().checked_add(weight);
        entry.weight = sum.ok_or(MarketError::Overflow)?.into();
        Ok(weight)
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

/// Returns the number of the day of a Unix time, counted from the Unix epoch.
fn day(now: i64) -> u32 {
    let seconds = u64::try_from(now).unwrap_or(0);
    let day = seconds.checked_div(DAY).unwrap_or(0);
    u32::try_from(day).unwrap_or(u32::MAX)
}
