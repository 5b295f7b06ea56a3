//! Integer math for money: unsigned 64-bit numbers with 128-bit intermediate products. The names say the rounding.

/// Basis points in the whole: 10,000.
pub const BPS: u64 = 10_000;

/// Returns `a·b`, or `None` if it does not fit 64 bits.
///
/// Two numbers below 2³² are multiplied at once. For others the compiler makes a product of 128 bits to see the overflow, and
/// on chain that is a call of 36 instructions.
#[inline(always)]
pub fn product(a: u64, b: u64) -> Option<u64> {
    if (a | b) >> 32 == 0 {
        return Some(a.wrapping_mul(b));
    }
    a.checked_mul(b)
}

/// Returns `a·b`. The compiler's own product of 128-bit numbers is a call on chain, and costs twice as much.
#[inline(always)]
pub fn wide_product(a: u64, b: u64) -> u128 {
    let (a_high, a_low, b_high, b_low) = (a >> 32, a & LOW, b >> 32, b & LOW);
    let low = a_low.wrapping_mul(b_low);
    // Below 2⁶⁴: (2³² − 1)² + 2 · (2³² − 1).
    let cross = a_high.wrapping_mul(b_low).wrapping_add(low >> 32);
    let middle = a_low.wrapping_mul(b_high).wrapping_add(cross & LOW);
    let high = a_high
        .wrapping_mul(b_high)
        .wrapping_add(cross >> 32)
        .wrapping_add(middle >> 32);
    u128::from(high) << 64 | u128::from(middle << 32 | low & LOW)
}

/// Returns the upper and the lower 64 bits of a number.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "each half is one of the two that a number of 128 bits consists of"
)]
pub fn halves(number: u128) -> (u64, u64) {
    ((number >> 64) as u64, number as u64)
}

/// The lower half of a 64-bit number.
const LOW: u64 = u32::MAX as u64;

/// Returns quotient and remainder of `(high·2⁶⁴ + low) / divisor`, or `None` if the quotient does not fit 64 bits or the divisor
/// is zero: if `high ≥ divisor`.
///
/// Two digits of 32 bits by long division (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D, as `divlu` in Warren,
/// Hacker's Delight). A 128-bit division is a loop of 128 steps on chain; this takes four divisions of 64 bits.
#[inline(never)]
pub fn div_wide(high: u64, low: u64, divisor: u64) -> Option<(u64, u64)> {
    if high >= divisor {
        return None;
    }
    if high == 0 {
        return low.checked_div(divisor).zip(low.checked_rem(divisor));
    }
    // The divisor's upper bit is set, so that a digit guessed from its upper half is at most two too large.
    let shift = divisor.leading_zeros();
    let divisor = divisor.wrapping_shl(shift);
    let carried = low.checked_shr(u64::BITS.wrapping_sub(shift));
    let high = high.wrapping_shl(shift) | carried.unwrap_or(0);
    let low = low.wrapping_shl(shift);
    let (upper, rest) = digit(high, low >> 32, divisor)?;
    let (lower, rest) = digit(rest, low & LOW, divisor)?;
    Some((upper << 32 | lower, rest.wrapping_shr(shift)))
}

/// Returns quotient and remainder of `(rest·2³² + next) / divisor`, where `rest` is below the divisor, `next` has 32 bits and
/// the divisor's upper bit is set.
#[inline(always)]
fn digit(rest: u64, next: u64, divisor: u64) -> Option<(u64, u64)> {
    let (upper, lower) = (divisor >> 32, divisor & LOW);
    let mut quotient = rest.checked_div(upper)?;
    let mut left = rest.checked_rem(upper)?;
    // The guess ignores the lower half of the divisor. At most two corrections; the first may leave no room for a second.
    while quotient > LOW || quotient.wrapping_mul(lower) > (left << 32 | next) {
        quotient = quotient.wrapping_sub(1);
        left = left.wrapping_add(upper);
        if left > LOW {
            break;
        }
    }
    let whole = (rest << 32 | next).wrapping_sub(quotient.wrapping_mul(divisor));
    Some((quotient, whole))
}

/// Returns `floor(a·b / c)`, or `None` if `c` is zero or the result does not fit 64 bits.
///
/// Use it for amounts that the caller receives.
#[inline(never)]
pub fn mul_div_floor(a: u64, b: u64, c: u64) -> Option<u64> {
    // Most products fit 64 bits, where a division is one instruction.
    if let Some(product) = product(a, b) {
        return product.checked_div(c);
    }
    let (high, low) = halves(wide_product(a, b));
    div_wide(high, low, c).map(|(quotient, _)| quotient)
}

/// Returns `ceil(a·b / c)`, or `None` if `c` is zero or the result does not fit 64 bits.
///
/// Use it for amounts that the caller pays.
#[inline(never)]
pub fn mul_div_ceil(a: u64, b: u64, c: u64) -> Option<u64> {
    let (quotient, rest) = match product(a, b) {
        Some(product) => (product.checked_div(c)?, product.checked_rem(c)?),
        None => {
            let (high, low) = halves(wide_product(a, b));
            div_wide(high, low, c)?
        }
    };
    quotient.checked_add(u64::from(rest != 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn floor_and_ceil_enclose_the_exact_quotient(a: u64, b: u64, c in 1u64..) {
            let exact = u128::from(a) * u128::from(b);
            match (mul_div_floor(a, b, c), mul_div_ceil(a, b, c)) {
                (Some(low), Some(high)) => {
                    prop_assert!(u128::from(low) * u128::from(c) <= exact);
                    prop_assert!(u128::from(high) * u128::from(c) >= exact);
                    prop_assert!(high - low <= 1);
                    prop_assert_eq!(high == low, exact % u128::from(c) == 0);
                }
                (_, None) => prop_assert!(exact > u128::from(u64::MAX - 1) * u128::from(c)),
                (None, Some(_)) => prop_assert!(false, "ceil cannot fit where floor does not"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_wide_product_is_the_product(a: u64, b: u64) {
            prop_assert_eq!(wide_product(a, b), u128::from(a) * u128::from(b));
            let (high, low) = halves(wide_product(a, b));
            prop_assert_eq!(u128::from(high) << 64 | u128::from(low), wide_product(a, b));
        }

        #[test]
        fn a_wide_division_is_that_of_128_bits(
            high: u64, low: u64, divisor in 1u64.., a in 0u32..64, b in 0u32..64, c in 0u32..64,
        ) {
            for (high, low, divisor) in [
                (high, low, divisor),
                (high >> a, low >> b, (divisor >> c).max(1)),
                // Divisors near powers of two and numerators of ones are where a guessed digit is wrong.
                (high >> a, u64::MAX, (1 << c) + (divisor & 1)),
                (u64::MAX >> a, u64::MAX >> b, (u64::MAX >> c).max(1)),
            ] {
                let whole = u128::from(high) << 64 | u128::from(low);
                let wide = u128::from(divisor);
                let expected = (high < divisor)
                    .then(|| ((whole / wide) as u64, (whole % wide) as u64));
                prop_assert_eq!(div_wide(high, low, divisor), expected);
            }
        }

        /// The guess of a digit is right at once, and nothing is left: one less would leave the divisor.
        #[test]
        fn a_multiple_is_divided_without_a_rest(quotient in 1u64.., divisor in 1u64..) {
            let (high, low) = halves(wide_product(quotient, divisor));
            prop_assert_eq!(div_wide(high, low, divisor), Some((quotient, 0)));
            prop_assert_eq!(mul_div_floor(quotient, divisor, divisor), Some(quotient));
        }

        #[test]
        fn a_product_is_exact_or_none(a: u64, b: u64, shift in 0u32..64) {
            for (a, b) in [(a, b), (a >> shift, b), (a >> shift, b >> shift)] {
                prop_assert_eq!(product(a, b), a.checked_mul(b));
            }
        }
    }

    /// Numbers whose low half is zero, which random ones are not.
    #[test]
    fn a_product_of_powers_of_two_is_exact_or_none() {
        for (a, b) in [(32, 31), (32, 32), (40, 1), (63, 0), (63, 1), (33, 31)] {
            let (a, b) = (1u64 << a, 1u64 << b);
            assert_eq!(product(a, b), a.checked_mul(b), "{a} {b}");
        }
    }

    #[test]
    fn dividing_by_zero_is_none() {
        assert_eq!(mul_div_floor(1, 1, 0), None);
        assert_eq!(mul_div_ceil(1, 1, 0), None);
        assert_eq!(mul_div_floor(u64::MAX, 2, 0), None);
        assert_eq!(div_wide(0, 0, 0), None);
    }
}
