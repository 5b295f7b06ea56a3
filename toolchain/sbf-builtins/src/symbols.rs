//! The five symbols that LLVM calls for `u128` and `i128` arithmetic and for checked 64-bit multiplication.
//!
//! The only 128-bit operation allowed in the bodies is a shift by 64: others would compile to a call of these functions.

use crate::wide::{divide, multiply, negate, Wide};

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
#[inline(always)]
fn magnitude(value: i128) -> (Wide, bool) {
    let bits = split(value as u128);
    let negative = (bits.high as i64) < 0;
    (if negative { negate(bits) } else { bits }, negative)
}

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

#[no_mangle]
extern "unadjusted" fn __divti3(dividend: i128, divisor: i128) -> i128 {
    let (a, a_negative) = magnitude(dividend);
    let (b, b_negative) = magnitude(divisor);
    signed(divide(a, b).quotient, a_negative != b_negative)
}

#[no_mangle]
extern "unadjusted" fn __modti3(dividend: i128, divisor: i128) -> i128 {
    let (a, a_negative) = magnitude(dividend);
    let (b, _) = magnitude(divisor);
    signed(divide(a, b).remainder, a_negative)
}
