use assay_shared::math::product;

/// Returns how much stake may back work, base units: at most `leverage` times the owner's active stake, so that who decides has
/// something to lose, and at most what is active and not asked back by delegators.
pub fn capacity(own_active: u64, active_tokens: u64, requested_value: u64, leverage: u64) -> u64 {
    let levered = product(leverage, own_active).unwrap_or(u64::MAX);
    let staying = active_tokens.saturating_sub(requested_value);
    levered.min(own_active.saturating_add(staying))
}

/// Returns how much allocated stake is beyond the capacity, base units.
pub fn excess(allocated: u64, capacity: u64) -> u64 {
    allocated.saturating_sub(capacity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_smaller_of_leverage_and_stake_decides() {
        assert_eq!(capacity(10, 1_000, 0, 5), 50);
        assert_eq!(capacity(10, 20, 0, 5), 30);
        assert_eq!(capacity(10, 20, 15, 5), 15);
        assert_eq!(capacity(0, 1_000, 0, 5), 0);
        assert_eq!(capacity(u64::MAX, u64::MAX, 0, 20), u64::MAX);
        assert_eq!(excess(50, 30), 20);
        assert_eq!(excess(30, 50), 0);
    }

    proptest! {
        #[test]
        fn capacity_never_exceeds_the_stake_nor_the_leverage(
            own in 0u64..1 << 62, active in 0u64..1 << 62, share in 0u64..=100, leverage in 1u64..=20,
        ) {
            let requested = active / 100 * share;
            let capacity = capacity(own, active, requested, leverage);
            prop_assert!(u128::from(capacity) <= u128::from(leverage) * u128::from(own));
            prop_assert!(capacity <= own + active - requested);
            prop_assert!(capacity >= own.min(own + active - requested));
        }

        #[test]
        fn less_stake_or_more_requests_never_raise_it(
            own in 0u64..1 << 50, active in 0u64..1 << 50, requested in 0u64..1 << 50, leverage in 1u64..=20, by in 0u64..1 << 50,
        ) {
            let before = capacity(own, active, requested, leverage);
            prop_assert!(capacity(own.saturating_sub(by), active, requested, leverage) <= before);
            prop_assert!(capacity(own, active.saturating_sub(by), requested, leverage) <= before);
            prop_assert!(capacity(own, active, requested + by, leverage) <= before);
        }
    }
}
