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

/// Returns the least turnout, `ceil(total_weight·quorum_bps/10,000)` and at least 1, or `None` if it does not fit 64 bits. A
/// heavy proposal needs twice as much, but never more than the total weight.
pub fn quorum_weight(total_weight: u64, quorum_bps: u64, heavy: bool) -> Option<u64> {
    let quorum = mul_div_ceil(total_weight, quorum_bps, BPS)?;
    let quorum = if heavy {
        quorum.saturating_mul(2).min(total_weight)
    } else {
        quorum
    };
    Some(quorum.max(1))
}

/// Returns the weight of the share `floor_bps` of the supply in the longest locks, `ceil(4·supply·floor_bps/10,000)`, or `None`
/// if it does not fit 64 bits.
pub fn floor_weight(supply: u64, floor_bps: u64) -> Option<u64> {
    let factor = MAX_FACTOR_BPS.checked_div(BPS)?;
    mul_div_ceil(supply, floor_bps.checked_mul(factor)?, BPS)
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
        fn the_quorum_is_the_least_turnout_of_that_share(total in 1u64..1 << 62, bps in 1u64..=BPS) {
            let quorum = quorum_weight(total, bps, false).unwrap();
            let needed = u128::from(total) * u128::from(bps);
            prop_assert!(u128::from(quorum) * u128::from(BPS) >= needed);
            prop_assert!(u128::from(quorum - 1) * u128::from(BPS) < needed);
            let heavy = quorum_weight(total, bps, true).unwrap();
            prop_assert_eq!(heavy, total.min(2 * quorum));
        }

        #[test]
        fn the_floor_is_the_least_weight_of_that_share_in_the_longest_locks(
            supply in 1u64..1 << 62, bps in 1u64..=2_500,
        ) {
            let floor = floor_weight(supply, bps).unwrap();
            let needed = 4 * u128::from(supply) * u128::from(bps);
            prop_assert!(u128::from(floor) * u128::from(BPS) >= needed);
            prop_assert!(u128::from(floor - 1) * u128::from(BPS) < needed);
        }

        /// Who has at most a tenth of the supply reaches a floor of more than that with no lock.
        #[test]
        fn a_tenth_of_the_supply_is_below_the_floor(
            supply in 10_000u64..1 << 62, duration in MIN..=MAX,
        ) {
            let factor = factor_bps(duration, MIN, MAX).unwrap();
            let most = weight(supply / 10, factor).unwrap();
            prop_assert!(most < floor_weight(supply, 1_010).unwrap());
        }
    }

    #[test]
    fn a_quorum_is_never_zero_and_a_floor_fits() {
        assert_eq!(quorum_weight(0, 1, false), Some(1));
        assert_eq!(quorum_weight(0, 1, true), Some(1));
        assert_eq!(floor_weight(0, 2_500), Some(0));
        assert_eq!(floor_weight(u64::MAX, 2_500), Some(u64::MAX));
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
