use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::math::mul_div_floor;

/// The rewards of one epoch. Seeds: `epoch`, epoch. Each epoch has a pot of its own, so a claim cannot take from another
/// epoch.
#[account]
pub struct EpochRewards {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Token account with the workers' share.
    pub pot: Address,
    /// Tokens minted to the pot, base units of the reward mint.
    pub amount: PodU64,
    /// Tokens paid out so far, base units of the reward mint.
    pub claimed: PodU64,
    /// Weight of everyone's work, base units of the stake mint.
    pub total_weight: PodU64,
    /// Weight of the workers that have claimed, base units of the stake mint.
    pub claimed_weight: PodU64,
    /// Wallet that paid the rent of this account and the pot, and gets it back.
    pub payer: Address,
    /// Bump of this account's address.
    pub bump: u8,
}

impl EpochRewards {
    /// Records the claim of a worker with `weight` and returns its share in base units:
    /// `floor(amount·(claimed_weight + weight)/total) − floor(amount·claimed_weight/total)`.
    ///
    /// The differences telescope, so all claims together are exactly the pot. The order of claims moves one unit at most.
    ///
    /// # Errors
    /// `MoreThanTallied`, `Overflow`.
    pub fn claim(&mut self, weight: u64) -> RuleResult<u64> {
        let total = self.total_weight.get();
        let claimed_weight = self
            .claimed_weight
            .get()
            .checked_add(weight)
            .filter(|sum| *sum <= total)
            .ok_or(RewardsError::MoreThanTallied)?;
        let claimed = mul_div_floor(self.amount.get(), claimed_weight, total)
            .ok_or(RewardsError::Overflow)?;
        let share = claimed
            .checked_sub(self.claimed.get())
            .ok_or(RewardsError::Overflow)?;
        self.claimed_weight = claimed_weight.into();
        self.claimed = claimed.into();
        Ok(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn rewards(amount: u64, total_weight: u64) -> EpochRewards {
        EpochRewards {
            amount: amount.into(),
            total_weight: total_weight.into(),
            ..EpochRewards::zeroed()
        }
    }

    proptest! {
        #[test]
        fn all_claims_together_are_the_pot(
            amount: u64, weights in prop::collection::vec(1u64..1 << 57, 1..60),
        ) {
            let total = weights.iter().sum();
            let mut rewards = rewards(amount, total);
            let paid: u64 = weights.iter().map(|w| rewards.claim(*w).unwrap()).sum();
            prop_assert_eq!(paid, amount);
            prop_assert_eq!(rewards.claimed.get(), amount);
        }

        #[test]
        fn a_share_is_within_one_unit_of_the_exact_one(
            amount: u64, before in 0u64..1 << 62, weight in 1u64..1 << 62, after in 0u64..1 << 62,
        ) {
            let total = before + weight + after;
            let mut rewards = rewards(amount, total);
            rewards.claim(before).unwrap();
            let share = u128::from(rewards.claim(weight).unwrap());
            let exact = u128::from(amount) * u128::from(weight) / u128::from(total);
            prop_assert!(share == exact || share == exact + 1);
        }

        #[test]
        fn more_than_was_tallied_is_refused(amount: u64, total in 1u64.., excess in 1u64..) {
            let mut rewards = rewards(amount, total);
            rewards.claim(total).unwrap();
            prop_assert_eq!(rewards.claim(excess), Err(RewardsError::MoreThanTallied));
            prop_assert_eq!(rewards.claimed.get(), amount);
        }
    }
}
