//! The symbols that LLVM calls for `u128` and `i128` arithmetic, for checked 64-bit multiplication and for comparisons.
//!
//! The only 128-bit operation allowed in the bodies is a shift by 64: others would compile to a call of these functions.

#[cfg(feature = "signed-division")]
use crate::wide::negate;
use crate::wide::{divide, multiply, Wide};

#[inline(always)]
fn split(value: u128) -> Wide {
    Wide {
        high: (value >> 64) as u64,
        low: value as u64,
    }
}

#[inline(always)]
fn join(value: Wide) -> u128 {
    ((value.high as u128) << 64) | value.low as u128
}

/// Returns the magnitude of a two's-complement number and whether the number is negative.
#[cfg(feature = "signed-division")]
#[inline(always)]
fn magnitude(value: i128) -> (Wide, bool) {
    let bits = split(value as u128);
    let negative = (bits.high as i64) < 0;
    (if negative { negate(bits) } else { bits }, negative)
}

#[cfg(feature = "signed-division")]
#[inline(always)]
fn signed(value: Wide, negative: bool) -> i128 {
    join(if negative { negate(value) } else { value }) as i128
}

#[no_mangle]
extern "unadjusted" fn __multi3(a: i128, b: i128) -> i128 {
    join(multiply(split(a as u128), split(b as u128))) as i128
}

#[no_mangle]
extern "unadjusted" fn __udivti3(dividend: u128, divisor: u128) -> u128 {
    join(divide(split(dividend), split(divisor)).quotient)
}

#[no_mangle]
extern "unadjusted" fn __umodti3(dividend: u128, divisor: u128) -> u128 {
    join(divide(split(dividend), split(divisor)).remainder)
}

#[cfg(feature = "signed-division")]
#[no_mangle]
extern "unadjusted" fn __divti3(dividend: i128, divisor: i128) -> i128 {
    let (a, a_negative) = magnitude(dividend);
    let (b, b_negative) = magnitude(divisor);
    signed(divide(a, b).quotient, a_negative != b_negative)
}

#[cfg(feature = "signed-division")]
#[no_mangle]
extern "unadjusted" fn __modti3(dividend: i128, divisor: i128) -> i128 {
    let (a, a_negative) = magnitude(dividend);
    let (b, _) = magnitude(divisor);
    signed(divide(a, b).remainder, a_negative)
}

/// Compares `n` bytes as C's `memcmp` does.
///
/// The optimizer copies this function to every comparison of two addresses. Whoever compares them asks only whether they
/// are equal, so the search for the first difference is a call: inlined, it made the programs a tenth larger.
#[no_mangle]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    let mut at = 0;
    while at + WORD <= n {
        // SAFETY: the caller passes `n` readable bytes at both addresses, and SBF loads a word from any of them.
        let (left, right) = unsafe {
            (
                a.add(at).cast::<u64>().read_unaligned(),
                b.add(at).cast::<u64>().read_unaligned(),
            )
        };
        if left != right {
            // SAFETY: as above.
            return unsafe { order(a, b, n) };
        }
        at += WORD;
    }
    if at == n {
        return 0;
    }
    // SAFETY: as above.
    unsafe { order(a, b, n) }
}

const WORD: usize = 8;

/// Returns the difference of the first bytes that differ, 0 if none does.
#[inline(never)]
unsafe fn order(a: *const u8, b: *const u8, n: usize) -> i32 {
    for at in 0..n {
        // SAFETY: the caller passes `n` readable bytes at both addresses.
        let (left, right) = unsafe { (*a.add(at), *b.add(at)) };
        if left != right {
            return i32::from(left) - i32::from(right);
        }
    }
    0
}
