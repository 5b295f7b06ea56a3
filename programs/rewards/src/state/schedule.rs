use crate::error::{RewardsError, RuleResult};
use assay_shared::math::{mul_div_floor, BPS};

/// Largest cap, base units.
pub const MAX_CAP: u64 = u64::MAX / 4;

/// The emission as a function of the epoch's number, fixed for ever. Amounts are base units of the reward mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Largest amount that genesis and emission together may ever mint.
    pub cap: u64,
    /// Amount minted before epoch 0.
    pub genesis_supply: u64,
    /// Emission of one epoch of the first halving interval.
    pub initial_emission: u64,
    /// Number of epochs after which the emission halves.
    pub halving_epochs: u64,
}

/// The emission of one epoch, divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minted {
    /// Base units for those who worked.
    pub workers: u64,
    /// Base units for the stake behind those who worked.
    pub stakers: u64,
    /// Base units for the treasury.
    pub treasury: u64,
}

impl Schedule {
    /// Checks the schedule of a deployment.
    ///
    /// The first rule keeps the weight of all tokens, locked for the longest time, within 64 bits: governance weighs a token
    /// up to four times. The last rule bounds the whole emission by twice the cap, so that no sum here can overflow.
    ///
    /// # Errors
    /// `CapTooLarge`, `GenesisAboveCap`, `EmptySchedule`, `ScheduleAboveCap`.
    pub fn invariant(&self) -> RuleResult<()> {
        if self.cap > MAX_CAP {
            return Err(RewardsError::CapTooLarge);
        }
        let left = self
            .cap
            .checked_sub(self.genesis_supply)
            .ok_or(RewardsError::GenesisAboveCap)?;
        if self.initial_emission == 0 || self.halving_epochs == 0 {
            return Err(RewardsError::EmptySchedule);
        }
        match self.initial_emission.checked_mul(self.halving_epochs) {
            Some(first) if first <= left => Ok(()),
            _ => Err(RewardsError::ScheduleAboveCap),
        }
    }

    /// Returns the base units that the epochs `0..epochs` emit if no cap ends the emission:
    /// `Σ_{k<64} min(H, max(epochs − kH, 0))·(E0 >> k)`, with the halving interval `H` and the initial emission `E0`.
    ///
    /// The sum over whole intervals follows from Legendre's formula, `Σ_{k≥0} (x >> k) = 2x − popcount(x)`, taken once from
    /// the first interval on and once from the interval that still runs.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn cumulative(&self, epochs: u64) -> RuleResult<u128> {
        let interval = epochs.checked_div(self.halving_epochs);
        let running = interval
            .and_then(|interval| interval.checked_mul(self.halving_epochs))
            .and_then(|whole| epochs.checked_sub(whole));
        let (Some(interval), Some(running)) = (interval, running) else {
            return Err(RewardsError::Overflow);
        };
        let current = u32::try_from(interval)
            .ok()
            .and_then(|interval| self.initial_emission.checked_shr(interval))
            .unwrap_or(0);
        let whole = halvings(self.initial_emission)
            .zip(halvings(current))
            .and_then(|(all, later)| all.checked_sub(later))
            .and_then(|sum| sum.checked_mul(u128::from(self.halving_epochs)));
        let begun = u128::from(running).checked_mul(u128::from(current));
        whole
            .zip(begun)
            .and_then(|(whole, begun)| whole.checked_add(begun))
            .ok_or(RewardsError::Overflow)
    }

    /// Returns the emission of one epoch, base units: the first emission, halved once in every interval.
    pub fn emission_of(&self, epoch: u64) -> u64 {
        epoch
            .checked_div(self.halving_epochs)
            .and_then(|interval| u32::try_from(interval).ok())
            .and_then(|interval| self.initial_emission.checked_shr(interval))
            .unwrap_or(0)
    }

    /// Returns the base units that the schedule emits up to the end of `epoch`, without `minted`, which earlier epochs minted.
    /// Skipping an epoch loses nothing.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn scheduled(&self, epoch: u64, minted: u64) -> RuleResult<u64> {
        let epochs = epoch.checked_add(1).ok_or(RewardsError::Overflow)?;
        let left = self.cumulative(epochs)?.saturating_sub(u128::from(minted));
        Ok(u64::try_from(left).unwrap_or(u64::MAX))
    }

    /// Returns the base units that the cap leaves when the emission minted `minted`.
    pub fn left(&self, minted: u64) -> u64 {
        self.cap
            .saturating_sub(self.genesis_supply)
            .saturating_sub(minted)
    }
}

/// Returns `Σ_{k≥0} (x >> k)`.
fn halvings(x: u64) -> Option<u128> {
    u128::from(x)
        .checked_mul(2)?
        .checked_sub(u128::from(x.count_ones()))
}

impl Minted {
    /// Divides `amount`. The shares of workers and stakers are rounded down, and the treasury takes the rest.
    ///
    /// # Errors
    /// `Overflow`, also if the two shares together exceed the whole.
    pub fn divide(amount: u64, workers_bps: u64, stakers_bps: u64) -> RuleResult<Self> {
        let share = |bps| mul_div_floor(amount, bps, BPS).ok_or(RewardsError::Overflow);
        let (workers, stakers) = (share(workers_bps)?, share(stakers_bps)?);
        let rest = amount.checked_sub(workers);
        let rest = rest.and_then(|rest| rest.checked_sub(stakers));
        Ok(Self {
            workers,
            stakers,
            treasury: rest.ok_or(RewardsError::Overflow)?,
        })
    }

    /// Returns what goes to the pot: the shares of workers and stakers, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn pot(&self) -> RuleResult<u64> {
        self.workers
            .checked_add(self.stakers)
            .ok_or(RewardsError::Overflow)
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
pub(super) mod tests;
