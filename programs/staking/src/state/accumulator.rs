use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use assay_shared::math::{div_wide, halves, wide_product};
use bytemuck::{Pod, Zeroable};

/// What every share of a pool has earned since the beginning, so that one number pays any number of delegators.
///
/// Credited in all: at most the supply, below 2⁶² base units. So each of the products below stays under 2¹²⁶, and the accumulator
/// never wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Accumulator {
    /// Base units of the stake mint for each share, with 64 fraction bits.
    pub acc: PodU128,
    /// What the last credit left undivided, 2⁻⁶⁴ base units.
    pub carry: PodU64,
}

impl Accumulator {
    /// Divides `amount` base units among `shares` shares, with what the last credit left.
    ///
    /// # Errors
    /// `Overflow` if there are no shares.
    pub fn credit(&mut self, amount: u64, shares: u64) -> RuleResult<()> {
        let divide = || {
            let whole = amount.checked_div(shares)?;
            let rest = amount.checked_rem(shares)?;
            let (fraction, carry) = div_wide(rest, self.carry.get(), shares)?;
            let each = u128::from(whole) << 64 | u128::from(fraction);
            Some((self.acc.get().checked_add(each)?, carry))
        };
        let (acc, carry) = divide().ok_or(StakingError::Overflow)?;
        self.acc = acc.into();
        self.carry = carry.into();
        Ok(())
    }
}

/// Returns what `shares` shares earned while the accumulator went from `paid` to `acc`, in whole base units, and the fraction that
/// is kept for the next time, 2⁻⁶⁴ base units; `fraction` is the one that was kept.
///
/// # Errors
/// `Overflow`.
pub fn earn(shares: u64, acc: u128, paid: u128, fraction: u64) -> RuleResult<(u64, u64)> {
    let earned = || {
        let (high, low) = halves(acc.checked_sub(paid)?);
        let (carried, part) = halves(wide_product(shares, low));
        let (fraction, is_full) = part.overflowing_add(fraction);
        let whole = shares
            .checked_mul(high)?
            .checked_add(carried)?
            .checked_add(u64::from(is_full))?;
        Some((whole, fraction))
    };
    earned().ok_or(StakingError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_credit_is_divided_by_shares() {
        let mut accumulator = Accumulator::default();
        accumulator.credit(90, 30).unwrap();
        assert_eq!(earn(10, accumulator.acc.get(), 0, 0), Ok((30, 0)));
        assert_eq!(accumulator.carry.get(), 0);
    }

    #[test]
    fn what_does_not_divide_is_carried_on() {
        let mut accumulator = Accumulator::default();
        for _ in 0..3 {
            accumulator.credit(1, 3).unwrap();
        }
        assert_eq!(
            (accumulator.acc.get(), accumulator.carry.get()),
            (1 << 64, 0)
        );
    }

    #[test]
    fn nobody_earns_without_shares_and_nothing_is_divided_among_none() {
        let mut accumulator = Accumulator::default();
        assert_eq!(accumulator.credit(1, 0), Err(StakingError::Overflow));
        assert_eq!(earn(0, u128::MAX, 0, 7), Ok((0, 7)));
    }

    #[test]
    fn one_share_may_earn_the_whole_supply() {
        let mut accumulator = Accumulator::default();
        let cap = (1 << 62) - 1;
        accumulator.credit(cap, 1).unwrap();
        assert_eq!(
            earn(1, accumulator.acc.get(), 0, u64::MAX),
            Ok((cap, u64::MAX))
        );
        let paid = accumulator.acc.get();
        accumulator.credit(1, cap).unwrap();
        assert_eq!(
            earn(cap, accumulator.acc.get(), paid, 0).map(|(whole, _)| whole),
            Ok(0)
        );
    }

    #[test]
    fn an_accumulator_that_went_back_is_an_overflow() {
        assert_eq!(earn(1, 5, 6, 0), Err(StakingError::Overflow));
        assert_eq!(earn(1 << 40, 1 << 100, 0, 0), Err(StakingError::Overflow));
    }

    proptest! {
        #[test]
        fn earning_is_the_product_with_fractions(shares in 0u64..1 << 62, each in 0u128..1 << 65, paid in 0u128..1 << 60, fraction: u64) {
            if let Some(exact) = (each.checked_mul(u128::from(shares))).and_then(|e| e.checked_add(u128::from(fraction))) {
                if let Ok(whole) = u64::try_from(exact >> 64) {
                    let expected = (whole, halves(exact).1);
                    prop_assert_eq!(earn(shares, paid + each, paid, fraction), Ok(expected));
                }
            }
        }

        #[test]
        fn settling_often_gives_what_settling_once_gives(
            credits in prop::collection::vec(0u64..1 << 40, 1..40), mine in 1u64..1 << 40, others in 0u64..1 << 40,
        ) {
            let mut accumulator = Accumulator::default();
            let (mut sum, mut paid, mut fraction) = (0, 0, 0);
            for amount in credits {
                accumulator.credit(amount, mine + others).unwrap();
                let (whole, rest) = earn(mine, accumulator.acc.get(), paid, fraction).unwrap();
                (sum, paid, fraction) = (sum + whole, accumulator.acc.get(), rest);
            }
            prop_assert_eq!(earn(mine, accumulator.acc.get(), 0, 0), Ok((sum, fraction)));
        }

        #[test]
        fn nobody_together_earns_more_than_was_credited(
            steps in prop::collection::vec((0usize..6, 0u64..1 << 40, 0u64..1 << 30), 1..80),
        ) {
            let mut accumulator = Accumulator::default();
            let mut positions = [(0u64, 0u128, 0u64); 6];
            let (mut credited, mut earned) = (0u128, 0u128);
            for (who, amount, shares) in steps {
                let total: u64 = positions.iter().map(|p| p.0).sum();
                if total > 0 {
                    accumulator.credit(amount, total).unwrap();
                    credited += u128::from(amount);
                }
                let position = &mut positions[who];
                let acc = accumulator.acc.get();
                let (whole, fraction) = earn(position.0, acc, position.1, position.2).unwrap();
                earned += u128::from(whole);
                *position = (shares, acc, fraction);
                prop_assert!(earned <= credited);
            }
            let acc = accumulator.acc.get();
            for (shares, paid, fraction) in positions {
                earned += u128::from(earn(shares, acc, paid, fraction).unwrap().0);
            }
            prop_assert!(earned <= credited);
            // Each position keeps less than a unit, the pool less than one.
            prop_assert!(credited - earned <= 7);
        }
    }
}
