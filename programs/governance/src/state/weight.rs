use assay_shared::math::{mul_div_ceil, mul_div_floor, BPS};

/// Factor of the longest lock, basis points. The shortest lock has the factor 1.
pub const MAX_FACTOR_BPS: u64 = 4 * BPS;
/// Difference between the factors of the longest and the shortest lock, basis points.
const GAIN_BPS: u64 = MAX_FACTOR_BPS - BPS;

// The weight of all tokens together, locked for the longest time, fits 64 bits.
const _: () = assert!(u64::MAX / assay_rewards::state::MAX_CAP >= MAX_FACTOR_BPS / BPS);

/// Returns the factor of a lock in basis points: `10,000 + floor(30,000·(duration − min_lock)/(max_lock − min_lock))`, all
/// times in seconds. It grows linearly from 1 at the shortest lock to 4 at the longest.
///
/// Returns `None` if `duration` is not within `min_lock..=max_lock` or the two are equal.
pub fn factor_bps(duration: u64, min_lock: u64, max_lock: u64) -> Option<u64> {
    if duration > max_lock {
        return None;
    }
    let beyond = duration.checked_sub(min_lock)?;
    let span = max_lock.checked_sub(min_lock)?;
    mul_div_floor(GAIN_BPS, beyond, span)?.checked_add(BPS)
}

/// Returns the weight of `amount` base units, `floor(amount·factor/10,000)`, or `None` if it does not fit 64 bits.
pub fn weight(amount: u64, factor_bps: u64) -> Option<u64> {
    mul_div_floor(amount, factor_bps, BPS)
}

/// Returns the least turnout, `ceil(total_weight·quorum_bps/10,000)`, or `None` if it does not fit 64 bits.
pub fn quorum_weight(total_weight: u64, quorum_bps: u64) -> Option<u64> {
    mul_div_ceil(total_weight, quorum_bps, BPS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIN: u64 = 3_600;
    const MAX: u64 = 126_144_000;

    proptest! {
        #[test]
        fn the_factor_stays_between_one_and_four_and_never_falls_with_duration(
            a in MIN..=MAX, b in MIN..=MAX,
        ) {
            let (short, long) = (a.min(b), a.max(b));
            let low = factor_bps(short, MIN, MAX).unwrap();
            let high = factor_bps(long, MIN, MAX).unwrap();
            prop_assert!(BPS <= low && low <= high && high <= MAX_FACTOR_BPS);
        }

        #[test]
        fn splitting_an_amount_never_gains_weight(
            a in 0u64..1 << 60, b in 0u64..1 << 60, duration in MIN..=MAX,
        ) {
            let factor = factor_bps(duration, MIN, MAX).unwrap();
            let split = weight(a, factor).unwrap() + weight(b, factor).unwrap();
            let whole = weight(a + b, factor).unwrap();
            prop_assert!(split <= whole && whole - split <= 1);
        }

        #[test]
        fn an_amount_weighs_itself_to_four_times_itself(amount in 0u64..1 << 62, duration in MIN..=MAX) {
            let heavy = weight(amount, factor_bps(duration, MIN, MAX).unwrap()).unwrap();
            prop_assert!(amount <= heavy && heavy <= 4 * amount);
        }

        #[test]
        fn the_quorum_is_the_least_turnout_of_that_share(total in 0u64..1 << 62, bps in 1u64..=BPS) {
            let quorum = quorum_weight(total, bps).unwrap();
            let needed = u128::from(total) * u128::from(bps);
            prop_assert!(u128::from(quorum) * u128::from(BPS) >= needed);
            prop_assert!(quorum == 0 || u128::from(quorum - 1) * u128::from(BPS) < needed);
        }
    }

    #[test]
    fn the_ends_of_the_range_are_exact() {
        assert_eq!(factor_bps(MIN, MIN, MAX), Some(BPS));
        assert_eq!(factor_bps(MAX, MIN, MAX), Some(MAX_FACTOR_BPS));
    }

    #[test]
    fn durations_outside_the_range_have_no_factor() {
        assert_eq!(factor_bps(MIN - 1, MIN, MAX), None);
        assert_eq!(factor_bps(MAX + 1, MIN, MAX), None);
        assert_eq!(factor_bps(MIN, MIN, MIN), None);
    }
}
