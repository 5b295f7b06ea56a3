use super::Minted;
use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::math::mul_div_floor;

/// The rewards of one epoch. Seeds: `epoch`, epoch. One pot holds the tokens of every epoch; what is written here bounds what
/// each of them pays, so a claim cannot take from another epoch.
#[account]
pub struct EpochRewards {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Tokens minted to the pot for this epoch, base units of the reward mint.
    pub amount: PodU64,
    /// Part of `amount` for the stake behind the workers, base units of the reward mint.
    pub stakers: PodU64,
    /// Part of `amount` that was paid so far, base units of the reward mint.
    pub claimed: PodU64,
    /// Weight of everyone's work, base units of the stake mint.
    pub total_weight: PodU64,
    /// Weight of the workers that have claimed, base units of the stake mint.
    pub claimed_weight: PodU64,
    /// Wallet that paid the rent of this account, and gets it back.
    pub payer: Address,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// A worker's share of an epoch, divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Base units for the work, all of which are the owner's.
    pub work: u64,
    /// Base units for the stake behind it, of which the owner takes its commission.
    pub stake: u64,
}

impl EpochRewards {
    /// Fills the rewards of a new epoch, whose fees are worth `weight` base units of the stake mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn open(
        &mut self,
        epoch: u64,
        minted: &Minted,
        weight: u64,
        payer: Address,
    ) -> RuleResult<()> {
        self.version = 1;
        self.epoch = epoch.into();
        self.amount = minted.pot()?.into();
        self.stakers = minted.stakers.into();
        self.total_weight = weight.into();
        self.payer = payer;
        Ok(())
    }

    /// Records the claim of a worker with `weight` and returns its share, base units:
    /// `floor(amount·(claimed_weight + weight)/total) − floor(amount·claimed_weight/total)`, of which
    /// `floor(share·stakers/amount)` are the stake's.
    ///
    /// The differences telescope, so all claims together are exactly `amount`. The order of claims moves one unit at most.
    ///
    /// # Errors
    /// `MoreThanTallied`, `Overflow`.
    pub fn claim(&mut self, weight: u64) -> RuleResult<Share> {
        let (total, amount) = (self.total_weight.get(), self.amount.get());
        let claimed_weight = self
            .claimed_weight
            .get()
            .checked_add(weight)
            .filter(|sum| *sum <= total)
            .ok_or(RewardsError::MoreThanTallied)?;
        let claimed = mul_div_floor(amount, claimed_weight, total).ok_or(RewardsError::Overflow)?;
        let share = claimed
            .checked_sub(self.claimed.get())
            .ok_or(RewardsError::Overflow)?;
        // An epoch without an emission has no parts to divide by.
        let stake = mul_div_floor(share, self.stakers.get(), amount.max(1));
        let stake = stake.ok_or(RewardsError::Overflow)?;
        let work = share.checked_sub(stake).ok_or(RewardsError::Overflow)?;
        self.claimed_weight = claimed_weight.into();
        self.claimed = claimed.into();
        Ok(Share { work, stake })
    }

    /// Returns what nobody claimed, base units of the reward mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn unclaimed(&self) -> RuleResult<u64> {
        self.amount
            .get()
            .checked_sub(self.claimed.get())
            .ok_or(RewardsError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn rewards(amount: u64, total_weight: u64) -> EpochRewards {
        staked(amount, 0, total_weight)
    }

    fn staked(amount: u64, stakers: u64, total_weight: u64) -> EpochRewards {
        EpochRewards {
            amount: amount.into(),
            stakers: stakers.into(),
            total_weight: total_weight.into(),
            ..EpochRewards::zeroed()
        }
    }

    fn sum(share: Share) -> u64 {
        share.work + share.stake
    }

    proptest! {
        #[test]
        fn all_claims_together_are_the_amount(
            amount: u64, stakers: u64, weights in prop::collection::vec(1u64..1 << 57, 1..60),
        ) {
            let total = weights.iter().sum();
            let stakers = stakers.min(amount);
            let mut rewards = staked(amount, stakers, total);
            let shares: Vec<Share> = weights.iter().map(|w| rewards.claim(*w).unwrap()).collect();
            prop_assert_eq!(shares.iter().copied().map(sum).sum::<u64>(), amount);
            prop_assert_eq!(rewards.claimed.get(), amount);
            prop_assert_eq!(rewards.unclaimed(), Ok(0));
            // Each share is rounded for itself: the stake misses less than one unit a claim, which the work has.
            let stake: u64 = shares.iter().map(|share| share.stake).sum();
            prop_assert!(stake <= stakers && stakers - stake < weights.len() as u64);
        }

        #[test]
        fn a_share_is_within_one_unit_of_the_exact_one(
            amount: u64, before in 0u64..1 << 62, weight in 1u64..1 << 62, after in 0u64..1 << 62,
        ) {
            let total = before + weight + after;
            let mut rewards = rewards(amount, total);
            rewards.claim(before).unwrap();
            let share = u128::from(sum(rewards.claim(weight).unwrap()));
            let exact = u128::from(amount) * u128::from(weight) / u128::from(total);
            prop_assert!(share == exact || share == exact + 1);
        }

        #[test]
        fn the_stake_has_its_part_of_each_share(
            amount in 1u64.., stakers: u64, total in 1u64.., weight: u64,
        ) {
            let stakers = stakers.min(amount);
            let share = staked(amount, stakers, total).claim(weight.min(total)).unwrap();
            let exact = u128::from(sum(share)) * u128::from(stakers);
            prop_assert!(u128::from(share.stake) * u128::from(amount) <= exact);
            prop_assert!((u128::from(share.stake) + 1) * u128::from(amount) > exact);
        }

        #[test]
        fn more_than_was_tallied_is_refused(amount: u64, total in 1u64.., excess in 1u64..) {
            let mut rewards = rewards(amount, total);
            rewards.claim(total).unwrap();
            prop_assert_eq!(rewards.claim(excess), Err(RewardsError::MoreThanTallied));
            prop_assert_eq!(rewards.claimed.get(), amount);
        }
    }

    #[test]
    fn a_new_epoch_holds_what_workers_and_stakers_receive() {
        let minted = Minted {
            workers: 60,
            stakers: 30,
            treasury: 10,
        };
        let payer = Address::new_from_array([7; 32]);
        let mut rewards = EpochRewards::zeroed();
        rewards.open(3, &minted, 500, payer).unwrap();
        assert_eq!((rewards.version, rewards.epoch.get()), (1, 3));
        assert_eq!((rewards.amount.get(), rewards.stakers.get()), (90, 30));
        assert_eq!((rewards.total_weight.get(), rewards.payer), (500, payer));
        assert_eq!(rewards.unclaimed(), Ok(90));
        assert_eq!(
            rewards.claim(250),
            Ok(Share {
                work: 30,
                stake: 15
            })
        );
        assert_eq!(rewards.unclaimed(), Ok(45));
    }

    #[test]
    fn an_epoch_that_minted_nothing_pays_nothing() {
        assert_eq!(rewards(0, 5).claim(5), Ok(Share { work: 0, stake: 0 }));
    }
}
