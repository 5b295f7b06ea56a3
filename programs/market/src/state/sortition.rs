use anchor_lang::prelude::Address;
use assay_shared::hash::sha256v;

/// Returns a worker's number for a seat: the first 64 bits of `sha256(seed ‖ worker ‖ seat)`. It is uniform, and the worker
/// cannot choose it.
pub fn draw(seed: &[u8; 32], worker: &Address, seat: u32) -> u64 {
    let hash = sha256v(&[seed, worker.as_ref(), &seat.to_le_bytes()]);
    let [a, b, c, d, e, f, g, h, ..] = hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Returns whether a worker with number `draw` and `free` collateral may claim a seat that has been free for `elapsed`
/// seconds.
///
/// The condition is `draw / 2⁶⁴ < (free / unit) · ramp / (ramp − elapsed)`. The chance is proportional to the collateral, so
/// splitting a stake gains nothing. It grows with time and reaches every worker at `elapsed = ramp`.
pub fn is_drawn(draw: u64, free: u64, unit: u64, elapsed: u64, ramp: u64) -> bool {
    let Some(remaining) = ramp.checked_sub(elapsed).filter(|left| *left > 0) else {
        return true;
    };
    let mut chance = u128::from(free).saturating_mul(u128::from(ramp));
    let mut certain = u128::from(unit).saturating_mul(u128::from(remaining));
    if chance >= certain {
        return true;
    }
    // Shifts both sides by the same number of bits until `certain` fits 64 bits. Then the comparison fits 128 bits and needs
    // no division.
    let excess = 64u32.saturating_sub(certain.leading_zeros());
    chance = chance.checked_shr(excess).unwrap_or(0);
    certain = certain.checked_shr(excess).unwrap_or(0);
    match (
        u128::from(draw).checked_mul(certain),
        chance.checked_shl(64),
    ) {
        (Some(drawn), Some(limit)) => drawn < limit,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everyone_is_drawn_when_the_ramp_is_over(draw: u64, free: u64, unit in 1u64.., ramp in 1u64..1 << 32, late in 0u64..1 << 32) {
            prop_assert!(is_drawn(draw, free, unit, ramp + late, ramp));
        }

        #[test]
        fn the_chance_never_shrinks_with_time_or_collateral(
            draw: u64, free in 0u64..1 << 60, more in 0u64..1 << 60, unit in 1u64..1 << 60,
            ramp in 2u64..1 << 30, elapsed in 0u64..1 << 30, later in 0u64..1 << 30,
        ) {
            if is_drawn(draw, free, unit, elapsed, ramp) {
                prop_assert!(is_drawn(draw, free, unit, elapsed + later, ramp));
                prop_assert!(is_drawn(draw, free + more, unit, elapsed, ramp));
            }
        }
    }

    /// Returns the least number that is not drawn at once, which is how many of all 2⁶⁴ are. `free` must be below `unit`.
    fn numbers_drawn(free: u64, unit: u64) -> u64 {
        let (mut least, mut most) = (0, u64::MAX);
        while least < most {
            let middle = least + (most - least) / 2;
            if is_drawn(middle, free, unit, 0, 100) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least
    }

    /// At `elapsed = 0` the share of numbers drawn is `free / unit`. The number at the limit is drawn only if the limit was
    /// rounded down.
    #[test]
    fn the_chance_is_proportional_to_collateral() {
        let unit = 1_000_000u64;
        for free in [0u64, 1, 250_000, 500_000, 999_999] {
            let share = u128::from(free) << 64;
            let limit = u64::try_from(share / u128::from(unit)).unwrap();
            let rounded = share % u128::from(unit) != 0;
            assert!(free == 0 || is_drawn(limit - 1, free, unit, 0, 100));
            assert_eq!(is_drawn(limit, free, unit, 0, 100), rounded);
            assert!(!is_drawn(limit + 1, free, unit, 0, 100));
            assert_eq!(numbers_drawn(free, unit), limit + u64::from(rounded));
        }
    }

    /// The two differ only by rounding, by less than one number of 2⁶⁴.
    #[test]
    fn two_halves_are_drawn_as_often_as_the_whole() {
        let unit = 1_000_000u64;
        for half in [1u64, 100_001, 125_000, 250_000, 499_999] {
            let halves = 2 * numbers_drawn(half, unit);
            let whole = numbers_drawn(2 * half, unit);
            assert!(
                halves.abs_diff(whole) <= 1,
                "{halves} for halves, {whole} for the whole"
            );
        }
    }
}
