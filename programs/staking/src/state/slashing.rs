use super::BUCKETS;
use assay_shared::math::mul_div_ceil;

/// The parts of one slash, base units of the stake mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlashCuts {
    /// Taken from active stake.
    pub active: u64,
    /// Taken from each unbonding bucket.
    pub buckets: [u64; BUCKETS],
}

impl SlashCuts {
    /// Returns what is taken in all, base units.
    pub fn total(&self) -> u64 {
        let buckets = self.buckets.iter();
        buckets.fold(self.active, |sum, cut| sum.saturating_add(*cut))
    }
}

/// Splits `amount`, or what there is if that is less, over the active stake and the liable buckets in proportion to their
/// size.
///
/// A bucket gives `ceil(amount·bucket/total)` and the active stake gives the rest. So unbonding stake never gives less than
/// its share, and the parts sum to exactly what is taken. Returns `None` if the sum of all stake does not fit 64 bits.
pub fn slash(amount: u64, active: u64, liable: &[u64; BUCKETS]) -> Option<SlashCuts> {
    let mut total = active;
    for tokens in liable {
        total = total.checked_add(*tokens)?;
    }
    let amount = amount.min(total);
    let mut left = amount;
    let mut buckets = [0u64; BUCKETS];
    for (cut, tokens) in buckets.iter_mut().zip(liable) {
        if *tokens > 0 {
            *cut = mul_div_ceil(amount, *tokens, total)?.min(left);
            left = left.checked_sub(*cut)?;
        }
    }
    Some(SlashCuts {
        active: left,
        buckets,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cuts_sum_to_the_amount_and_fit_each_part(
            active in 0u64..1 << 55,
            liable in prop::array::uniform8(0u64..1 << 55),
            share in 0u64..=10_000,
        ) {
            let total = active + liable.iter().sum::<u64>();
            let amount = (u128::from(total) * u128::from(share) / 10_000) as u64;
            let cuts = slash(amount, active, &liable).unwrap();
            prop_assert_eq!(cuts.total(), amount);
            prop_assert!(cuts.active <= active);
            for (cut, tokens) in cuts.buckets.iter().zip(&liable) {
                prop_assert!(cut <= tokens);
            }
        }
    }

    #[test]
    fn of_nothing_nothing_is_taken() {
        let cuts = slash(5, 0, &[0; BUCKETS]).unwrap();
        assert_eq!((cuts.total(), cuts.buckets), (0, [0; BUCKETS]));
    }

    #[test]
    fn more_than_everything_takes_everything() {
        let cuts = slash(11, 4, &[1, 1, 1, 1, 1, 1, 0, 0]).unwrap();
        assert_eq!(cuts.active, 4);
        assert_eq!(cuts.buckets, [1, 1, 1, 1, 1, 1, 0, 0]);
        assert_eq!(cuts.total(), 10);
    }
}
