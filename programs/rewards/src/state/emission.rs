use super::{Minted, Schedule};
use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, RING};
use assay_shared::{math::BPS, param::Votable, votable_params};

/// The emission, its schedule and its parameters. Seeds: `emission`. Finalizing and skipping epochs and votes write it.
#[account]
pub struct Emission {
    /// Signs `set_params`; the governance program's authority PDA.
    pub authority: Address,
    /// The reward mint. Its mint authority is a PDA of this program for ever.
    pub mint: Address,
    /// Token account that receives the rest of the emission.
    pub treasury: Address,
    /// Largest number of base units of the reward mint that may ever be minted.
    pub cap: PodU64,
    /// Tokens minted at initialization, base units of the reward mint.
    pub genesis_supply: PodU64,
    /// Emission of one epoch of the first halving interval, base units of the reward mint.
    pub initial_emission: PodU64,
    /// Number of epochs after which the emission halves.
    pub halving_epochs: PodU64,
    /// Tokens minted so far, without the genesis supply, base units of the reward mint.
    pub minted: PodU64,
    /// Number of the oldest epoch that is neither finalized nor skipped.
    pub next_epoch: PodU64,
    /// Workers' share of the emission, basis points. The rest goes to the treasury.
    pub workers_bps: PodU64,
}

votable_params! {
    /// The parameters that a vote can change. The schedule is fixed for ever.
    pub enum Param of Emission {
        /// Workers' share of the emission.
        WorkersBps = 0 => workers_bps, 5_000, BPS, "basis points";
    }
}

/// Returns whether workers can claim from `epoch` while the epoch `current` runs. The market keeps the epoch's sums for as
/// long. A worker's ring may forget an epoch as early as in the eighth after it, so in that epoch a claim may come too late.
pub fn claims_open(epoch: u64, current: u64) -> bool {
    current <= epoch.saturating_add(RING as u64)
}

impl Emission {
    /// Returns the parameter with this number, if its bounds admit `value`.
    ///
    /// # Errors
    /// `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> RuleResult<Param> {
        let param = Param::from_number(number).ok_or(RewardsError::UnknownParam)?;
        if !param.admits(value) {
            return Err(RewardsError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Returns the schedule, which never changes.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            cap: self.cap.get(),
            genesis_supply: self.genesis_supply.get(),
            initial_emission: self.initial_emission.get(),
            halving_epochs: self.halving_epochs.get(),
        }
    }

    /// Returns the one epoch that may be finalized or skipped while the epoch `current` runs.
    ///
    /// Epochs that some worker's ring may have forgotten are passed over, because nobody could claim all of their emission. It
    /// falls to the due epoch.
    pub fn due_epoch(&self, current: u64) -> u64 {
        let remembered = current.saturating_add(1).saturating_sub(RING as u64);
        self.next_epoch.get().max(remembered)
    }

    /// Checks that `epoch` is the due one and that its sum is final. Epochs are taken in order, because somebody could move the
    /// emission of all earlier epochs to one of their choice otherwise.
    ///
    /// # Errors
    /// `NotDue`, `TallyOpen`, and the market's `BeforeGenesis`.
    pub fn check_due(&self, epoch: u64, market: &MarketParams, now: i64) -> Result<()> {
        if epoch != self.due_epoch(market.epoch_at(now)?) {
            return Err(RewardsError::NotDue.into());
        }
        if now < market.tally_end(epoch)? {
            return Err(RewardsError::TallyOpen.into());
        }
        Ok(())
    }

    /// Counts the emission due at the end of `epoch` as minted and moves on to the next epoch. Returns how to divide it.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn finalize(&mut self, epoch: u64) -> RuleResult<Minted> {
        let amount = self.schedule().due(epoch, self.minted.get())?;
        let minted = self.minted.get().checked_add(amount);
        self.minted = minted.ok_or(RewardsError::Overflow)?.into();
        self.advance_past(epoch)?;
        Minted::divide(amount, self.workers_bps.get())
    }

    /// Moves on to the epoch after `epoch` without minting.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn advance_past(&mut self, epoch: u64) -> RuleResult<()> {
        let next = epoch.checked_add(1).ok_or(RewardsError::Overflow)?;
        self.next_epoch = next.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn emission(next_epoch: u64) -> Emission {
        Emission {
            cap: 1_000.into(),
            genesis_supply: 100.into(),
            initial_emission: 100.into(),
            halving_epochs: 2.into(),
            workers_bps: 9_000.into(),
            next_epoch: next_epoch.into(),
            ..Emission::zeroed()
        }
    }

    #[test]
    fn a_finalized_epoch_is_divided_and_never_due_again() {
        let mut emission = emission(0);
        let minted = emission.finalize(0).unwrap();
        assert_eq!((minted.workers, minted.treasury), (90, 10));
        assert_eq!(emission.minted.get(), 100);
        assert_eq!(emission.due_epoch(0), 1);
    }

    #[test]
    fn the_emission_of_a_skipped_epoch_falls_to_the_next() {
        let mut emission = emission(0);
        emission.advance_past(0).unwrap();
        let minted = emission.finalize(1).unwrap();
        assert_eq!((minted.workers, minted.treasury), (180, 20));
    }

    #[test]
    fn an_epoch_that_rings_may_have_forgotten_is_passed_over() {
        assert_eq!(emission(3).due_epoch(10), 3);
        assert_eq!(emission(3).due_epoch(11), 4);
    }

    #[test]
    fn claims_end_after_the_epoch_of_grace() {
        assert!(claims_open(3, 11));
        assert!(!claims_open(3, 12));
    }

    proptest! {
        #[test]
        fn what_is_due_can_still_be_claimed(next in 0u64..1 << 40, ahead in 0u64..100) {
            let current = next + ahead;
            prop_assert!(claims_open(emission(next).due_epoch(current), current));
        }
    }
}
