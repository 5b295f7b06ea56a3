use super::Share;
use crate::error::{RewardsError, RuleResult};
use assay_shared::math::{mul_div_floor, BPS};

/// What staking is told about tokens that it receives for a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// Base units that are the owner's at once: its work and its commission.
    pub direct: u64,
    /// Base units that all active stake of the provider earns over the next epochs.
    pub streamed: u64,
}

/// Divides a worker's share of an epoch, in which the commission was `commission_bps`. The commission is
/// `floor(stake·bps/10,000)`; it is taken before the stake is divided between owner and delegators, because the owner's part of
/// the rest is not the commission's to take.
///
/// # Errors
/// `Overflow`, also if the commission exceeds the whole.
pub fn split(share: &Share, commission_bps: u64) -> RuleResult<Funding> {
    let commission =
        mul_div_floor(share.stake, commission_bps, BPS).ok_or(RewardsError::Overflow)?;
    let direct = share.work.checked_add(commission);
    let streamed = share.stake.checked_sub(commission);
    let (direct, streamed) = direct.zip(streamed).ok_or(RewardsError::Overflow)?;
    Ok(Funding { direct, streamed })
}

impl Funding {
    /// Adds what another epoch pays.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, other: &Self) -> RuleResult<()> {
        let direct = self.direct.checked_add(other.direct);
        let streamed = self.streamed.checked_add(other.streamed);
        (self.direct, self.streamed) = direct.zip(streamed).ok_or(RewardsError::Overflow)?;
        Ok(())
    }

    /// Returns all of it, base units.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn total(&self) -> RuleResult<u64> {
        self.direct
            .checked_add(self.streamed)
            .ok_or(RewardsError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_commission_is_rounded_to_the_stake(
            work in 0u64..1 << 62, stake in 0u64..1 << 62, bps in 0..=BPS,
        ) {
            let funding = split(&Share { work, stake }, bps).unwrap();
            prop_assert_eq!(funding.total(), Ok(work + stake));
            let commission = u128::from(funding.direct - work);
            let exact = u128::from(stake) * u128::from(bps);
            prop_assert!(commission * u128::from(BPS) <= exact);
            prop_assert!((commission + 1) * u128::from(BPS) > exact);
        }

        #[test]
        fn epochs_add_up(parts in prop::collection::vec((0u64..1 << 58, 0u64..1 << 58), 1..9)) {
            let mut sum = Funding::default();
            for (direct, streamed) in &parts {
                sum.add(&Funding { direct: *direct, streamed: *streamed }).unwrap();
            }
            prop_assert_eq!(sum.direct, parts.iter().map(|part| part.0).sum::<u64>());
            prop_assert_eq!(sum.streamed, parts.iter().map(|part| part.1).sum::<u64>());
        }
    }

    #[test]
    fn the_commission_is_of_the_stake_alone() {
        let share = Share {
            work: 600,
            stake: 301,
        };
        let funding = split(&share, 1_000).unwrap();
        assert_eq!(
            funding,
            Funding {
                direct: 630,
                streamed: 271
            }
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let share = |work, stake| Share { work, stake };
        assert_eq!(split(&share(u64::MAX, 2), BPS), Err(RewardsError::Overflow));
        assert_eq!(split(&share(0, 2), 2 * BPS), Err(RewardsError::Overflow));
        let most = Funding {
            direct: u64::MAX,
            streamed: u64::MAX,
        };
        assert_eq!(most.total(), Err(RewardsError::Overflow));
        for (direct, streamed) in [(1, 0), (0, 1)] {
            let mut sum = most;
            assert_eq!(
                sum.add(&Funding { direct, streamed }),
                Err(RewardsError::Overflow)
            );
            assert_eq!(sum, most);
        }
    }
}
