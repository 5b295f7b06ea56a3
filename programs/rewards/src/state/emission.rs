use super::{Minted, Schedule};
use crate::error::{RewardsError, Rule};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, RING};
use assay_shared::{math::BPS, param::Votable, votable_params};

/// Seeds: `emission`. Written by the epoch cranks and by votes, by no user.
#[account]
pub struct Emission {
    /// Signs `set_params`: the governance program's authority PDA.
    pub authority: Address,
    /// The reward token; its mint authority is this program's PDA for ever.
    pub mint: Address,
    /// Token account that receives what the workers do not.
    pub treasury: Address,
    /// Most that may ever be minted, base units.
    pub cap: PodU64,
    /// Minted at initialization, base units.
    pub genesis_supply: PodU64,
    /// Emission of one epoch of the first halving interval, base units.
    pub initial_emission: PodU64,
    /// Epochs after which the emission halves.
    pub halving_epochs: PodU64,
    /// Minted by the emission so far, without the genesis supply, base units.
    pub minted: PodU64,
    /// Oldest epoch that is neither finalized nor skipped.
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

/// Whether workers can claim from `epoch` while `current` runs: as long as the market is bound to keep its sums. A
/// worker's ring forgets an epoch when it collects in the eighth after it, so that epoch is one of grace.
pub fn claims_open(epoch: u64, current: u64) -> bool {
    current <= epoch.saturating_add(RING as u64)
}

impl Emission {
    /// Errors: `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> Rule<Param> {
        let param = Param::from_number(number).ok_or(RewardsError::UnknownParam)?;
        if !param.admits(value) {
            return Err(RewardsError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// What of this account never changes.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            cap: self.cap.get(),
            genesis_supply: self.genesis_supply.get(),
            initial_emission: self.initial_emission.get(),
            halving_epochs: self.halving_epochs.get(),
        }
    }

    /// The one epoch that may be finalized or skipped while `current` runs. Epochs that some worker's ring may have
    /// forgotten are passed over and their emission falls to this one: minted then, it would be claimed by nobody.
    pub fn due_epoch(&self, current: u64) -> u64 {
        let remembered = current.saturating_add(1).saturating_sub(RING as u64);
        self.next_epoch.get().max(remembered)
    }

    /// Whether `epoch` is the due one and its sum is final. One epoch at a time, or somebody could divert the emission
    /// of all earlier epochs to one of their choice.
    ///
    /// Errors: `NotDue`, `TallyOpen`, and the market's `BeforeGenesis`.
    pub fn check_due(&self, epoch: u64, market: &MarketParams, now: i64) -> Result<()> {
        if epoch != self.due_epoch(market.epoch_at(now)?) {
            return Err(RewardsError::NotDue.into());
        }
        if now < market.tally_end(epoch)? {
            return Err(RewardsError::TallyOpen.into());
        }
        Ok(())
    }

    /// Books the emission due at the end of `epoch` as minted, and the epoch as done.
    ///
    /// Errors: `Overflow`.
    pub fn finalize(&mut self, epoch: u64) -> Rule<Minted> {
        let amount = self.schedule().due(epoch, self.minted.get())?;
        let minted = self.minted.get().checked_add(amount);
        self.minted = minted.ok_or(RewardsError::Overflow)?.into();
        self.pass(epoch)?;
        Minted::divide(amount, self.workers_bps.get())
    }

    /// Books the epoch as done without minting.
    ///
    /// Errors: `Overflow`.
    pub fn pass(&mut self, epoch: u64) -> Rule<()> {
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
        emission.pass(0).unwrap();
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
