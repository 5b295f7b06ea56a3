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

/// Returns `floor(a·b / c)`, or `None` if `c` is zero or the result does not fit 64 bits.
///
/// Use it for amounts that the caller receives.
#[inline(never)]
pub fn mul_div_floor(a: u64, b: u64, c: u64) -> Option<u64> {
    // Most products fit 64 bits, where a division is one instruction. A 128-bit division is a loop.
    if let Some(product) = product(a, b) {
        return product.checked_div(c);
    }
    let product = u128::from(a).checked_mul(u128::from(b))?;
    u64::try_from(product.checked_div(u128::from(c))?).ok()
}

/// Returns `ceil(a·b / c)`, or `None` if `c` is zero or the result does not fit 64 bits.
///
/// Use it for amounts that the caller pays.
#[inline(never)]
pub fn mul_div_ceil(a: u64, b: u64, c: u64) -> Option<u64> {
    if let Some(product) = product(a, b) {
        let quotient = product.checked_div(c)?;
        let is_rounded_up = product.checked_rem(c)? != 0;
        return quotient.checked_add(u64::from(is_rounded_up));
    }
    let product = u128::from(a).checked_mul(u128::from(b))?;
    u64::try_from(div_ceil(product, u128::from(c))?).ok()
}

fn div_ceil(a: u128, b: u128) -> Option<u128> {
    let quotient = a.checked_div(b)?;
    let whole = quotient.checked_mul(b)?;
    if whole == a {
        Some(quotient)
    } else {
        quotient.checked_add(1)
    }
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
    }
}
