use super::{Bound, Minted, Schedule, MAX_KAPPA_BPS, MAX_PAID_BPS};
use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, RING};
use assay_shared::{param::Votable, votable_params};

/// Seed of the funder: the address that holds the pot and that staking knows as the one who funds rewards.
pub const FUNDER_SEED: &[u8] = b"funder";

/// The emission, its schedule and its parameters. Seeds: `emission`. Finalizing and skipping epochs and votes write it.
#[account]
pub struct Emission {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the mint authority's address.
    pub authority_bump: u8,
    /// Bump of the funder's address.
    pub funder_bump: u8,
    /// Signs `set_params`; the governance program's authority PDA. Nothing replaces it.
    pub authority: Address,
    /// The reward mint. Its mint authority is a PDA of this program for ever.
    pub mint: Address,
    /// Token account that receives the rest of the emission.
    pub treasury: Address,
    /// Token account with the shares of workers and stakers that are not claimed yet. The funder holds it.
    pub pot: Address,
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
    /// Workers' share of the emission, basis points.
    pub workers_bps: PodU64,
    /// Stakers' share of the emission, basis points. What is left goes to the treasury.
    pub stakers_bps: PodU64,
    /// Most that an epoch mints, as a share of what its fees are worth, basis points.
    pub kappa_bps: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Largest share of an emission that stakers receive, basis points.
const MAX_STAKERS_BPS: u64 = 5_000;

votable_params! {
    /// The parameters that a vote can change. The schedule is fixed for ever.
    #[expect(clippy::enum_variant_names, reason = "every parameter is a share, and a name says its unit as in the other programs")]
    pub enum Param of Emission {
        /// Workers' share of the emission.
        WorkersBps = 0 => workers_bps, 3_000, MAX_PAID_BPS, "basis points";
        /// Most emission of an epoch against its fees. Zero mints nothing until a later vote.
        KappaBps = 1 => kappa_bps, 0, MAX_KAPPA_BPS, "basis points";
        /// Stakers' share of the emission.
        StakersBps = 2 => stakers_bps, 0, MAX_STAKERS_BPS, "basis points";
    }
}

/// Returns whether workers can claim from `epoch` while the epoch `current` runs. The market keeps the epoch's sums for as
/// long. A worker's ring forgets an epoch in the tenth after it, when no claim is open any more: so no payment, whoever asks
/// for it, takes a claim away.
pub fn claims_open(epoch: u64, current: u64) -> bool {
    current < epoch.saturating_add(RING as u64)
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

    /// Checks the rule between parameters: workers and stakers together receive at most [`MAX_PAID_BPS`].
    ///
    /// # Errors
    /// `SplitTooLarge`.
    pub fn invariant(&self) -> RuleResult<()> {
        let paid = self.workers_bps.get().checked_add(self.stakers_bps.get());
        match paid {
            Some(paid) if paid <= MAX_PAID_BPS => Ok(()),
            _ => Err(RewardsError::SplitTooLarge),
        }
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
    /// An epoch whose claims end with `current` is passed over, because some workers could not claim in time. What it would have
    /// minted stays for later epochs.
    pub fn due_epoch(&self, current: u64) -> u64 {
        let claimable = current.saturating_add(2).saturating_sub(RING as u64);
        self.next_epoch.get().max(claimable)
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

    /// Mints what `epoch` may mint, whose fees are worth `weight` base units, and moves on to the next epoch. Returns how to divide
    /// it, and what limited it.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn finalize(&mut self, epoch: u64, weight: u64) -> RuleResult<(Minted, Bound)> {
        let before = self.minted.get();
        let schedule = self.schedule();
        let mintable = schedule.mintable(epoch, before, weight, self.kappa_bps.get())?;
        let minted = before.checked_add(mintable.amount);
        self.minted = minted.ok_or(RewardsError::Overflow)?.into();
        self.advance_past(epoch)?;
        let divided = Minted::divide(
            mintable.amount,
            self.workers_bps.get(),
            self.stakers_bps.get(),
        )?;
        Ok((divided, mintable.bound))
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
    use assay_shared::math::BPS;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn emission(next_epoch: u64) -> Emission {
        Emission {
            cap: 1_000.into(),
            genesis_supply: 100.into(),
            initial_emission: 100.into(),
            halving_epochs: 2.into(),
            workers_bps: 6_000.into(),
            stakers_bps: 3_000.into(),
            kappa_bps: 5_000.into(),
            next_epoch: next_epoch.into(),
            ..Emission::zeroed()
        }
    }

    #[test]
    fn a_finalized_epoch_is_divided_and_never_due_again() {
        let mut emission = emission(0);
        let (minted, bound) = emission.finalize(0, 200).unwrap();
        assert_eq!(
            minted,
            Minted {
                workers: 60,
                stakers: 30,
                treasury: 10
            }
        );
        assert_eq!(bound, Bound::Schedule);
        assert_eq!(emission.minted.get(), 100);
        assert_eq!(emission.due_epoch(0), 1);
    }

    #[test]
    fn what_idle_epochs_left_comes_back_one_emission_at_a_time() {
        let mut emission = emission(0);
        emission.halving_epochs = 4.into();
        emission.advance_past(1).unwrap();
        let minted =
            |(divided, bound): (Minted, Bound)| (divided.pot().unwrap() + divided.treasury, bound);
        assert_eq!(
            minted(emission.finalize(2, 1_000).unwrap()),
            (200, Bound::Backlog)
        );
        assert_eq!(
            minted(emission.finalize(3, 1_000).unwrap()),
            (200, Bound::Schedule)
        );
    }

    #[test]
    fn what_fees_do_not_cover_stays_for_later_work() {
        let mut emission = emission(0);
        let (minted, bound) = emission.finalize(0, 61).unwrap();
        assert_eq!((minted.pot().unwrap(), minted.treasury), (27, 3));
        assert_eq!(bound, Bound::Fees);
        let (minted, bound) = emission.finalize(1, 1_000).unwrap();
        assert_eq!((minted.pot().unwrap(), minted.treasury), (153, 17));
        assert_eq!((bound, emission.minted.get()), (Bound::Schedule, 200));
    }

    #[test]
    fn an_epoch_whose_claims_end_with_the_running_one_is_passed_over() {
        assert_eq!(emission(3).due_epoch(11), 3);
        assert_eq!(emission(3).due_epoch(12), 4);
    }

    #[test]
    fn claims_end_before_a_ring_forgets_the_epoch() {
        assert!(claims_open(3, 12));
        assert!(!claims_open(3, 13));
    }

    #[test]
    fn workers_and_stakers_leave_a_twentieth_to_the_treasury() {
        let check = |workers: u64, stakers: u64| {
            let mut emission = emission(0);
            emission.put(Param::WorkersBps, workers);
            emission.put(Param::StakersBps, stakers);
            emission.invariant()
        };
        assert_eq!(check(9_500, 0), Ok(()));
        assert_eq!(check(4_500, 5_000), Ok(()));
        assert_eq!(check(9_500, 1), Err(RewardsError::SplitTooLarge));
        assert_eq!(check(4_501, 5_000), Err(RewardsError::SplitTooLarge));
        assert_eq!(check(u64::MAX, 1), Err(RewardsError::SplitTooLarge));
    }

    proptest! {
        #[test]
        fn whoever_plays_every_part_gets_back_less_than_its_fee(
            weight in 1u64..1 << 57, kappa in 0..=MAX_KAPPA_BPS, workers in 0..=MAX_PAID_BPS, stakers in 0..=MAX_STAKERS_BPS,
        ) {
            let mut emission = emission(0);
            emission.cap = (1 << 61).into();
            emission.initial_emission = (1 << 60).into();
            emission.halving_epochs = 1.into();
            for (param, value) in [
                (Param::WorkersBps, workers), (Param::StakersBps, stakers.min(MAX_PAID_BPS - workers)), (Param::KappaBps, kappa),
            ] {
                emission.put(param, value);
            }
            prop_assert!(emission.invariant().is_ok());
            let (minted, _) = emission.finalize(0, weight).unwrap();
            // The fee was worth at least half of its weight, because a rate may be wrong by a factor of two.
            let back = u128::from(minted.pot().unwrap());
            prop_assert!(back * 2 * u128::from(BPS) <= u128::from(weight) * u128::from(MAX_PAID_BPS));
        }

        #[test]
        fn what_is_due_can_be_claimed_in_the_next_epoch_too(next in 0u64..1 << 40, ahead in 0u64..100) {
            let current = next + ahead;
            prop_assert!(claims_open(emission(next).due_epoch(current), current + 1));
        }
    }
}
