//! Integer operations on pairs of 128-bit numbers. The compiler turns most of them into library calls, and for those the
//! two halves of this toolchain disagree about the calling convention.

use crate::output::{Output, MAX_OUTPUT};

/// Bytes of the input for each pair.
pub const PAIR_BYTES: usize = 32;

const OUTPUT_PER_PAIR: usize = 484;

/// Number of pairs whose results fit the return data.
pub const PAIRS_PER_CALL: usize = MAX_OUTPUT / OUTPUT_PER_PAIR;

#[inline(never)]
pub fn run(input: &[u8], output: &mut Output) {
    for pair in input.chunks_exact(PAIR_BYTES) {
        let a = number(&pair[..16]);
        let b = number(&pair[16..]);
        unsigned(a, b, output);
        signed(a as i128, b as i128, output);
        by_constants(a, output);
        shifts(a, b, output);
        words(a as u64, b as u64, output);
    }
}

fn number(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | u128::from(*byte))
}

fn unsigned(a: u128, b: u128, output: &mut Output) {
    output.put_u128(a.wrapping_mul(b));
    output.put_checked(a.checked_mul(b));
    output.put_checked(a.checked_div(b));
    output.put_checked(a.checked_rem(b));
    output.put_checked(a.checked_add(b));
    output.put_checked(a.checked_sub(b));
    output.put(&[u8::from(a < b), u8::from(a == b)]);
    output.put_u64(
        u64::from(a.leading_zeros()) << 32
            | u64::from(a.trailing_zeros()) << 16
            | u64::from(a.count_ones()),
    );
    output.put_u64(u64::try_from(a).unwrap_or(7));
}

fn signed(a: i128, b: i128, output: &mut Output) {
    output.put_u128(a.wrapping_mul(b) as u128);
    output.put_checked(a.checked_mul(b).map(|value| value as u128));
    output.put_checked(a.checked_div(b).map(|value| value as u128));
    output.put_checked(a.checked_rem(b).map(|value| value as u128));
    output.put_checked(a.checked_add(b).map(|value| value as u128));
    output.put_checked(a.checked_sub(b).map(|value| value as u128));
    output.put(&[u8::from(a < b), u8::from(a.is_negative())]);
}

/// Divisors that the compiler knows and may treat in other ways: basis points, a power of two, an odd number.
fn by_constants(a: u128, output: &mut Output) {
    output.put_u128(a / 10_000);
    output.put_u64((a % 10_000) as u64);
    output.put_u128(a / 4096);
    output.put_u128(a / 3);
}

fn shifts(a: u128, b: u128, output: &mut Output) {
    let by = (b % 128) as u32;
    output.put_u128(a << by);
    output.put_u128(a >> by);
    output.put_u128((a as i128 >> by) as u128);
    output.put_u128(a.rotate_left(by));
}

/// 64-bit numbers. The compiler widens the checked product. The last operation is the usual form of money math.
fn words(a: u64, b: u64, output: &mut Output) {
    output.put_checked(a.checked_mul(b).map(u128::from));
    output.put_checked((a as i64).checked_mul(b as i64).map(|value| value as u128));
    output.put_u64(a.checked_div(b).unwrap_or(3));
    output.put_u64(a.checked_rem(b).unwrap_or(3));
    output.put_u64(a.saturating_mul(b));
    output.put_u128(
        (u128::from(a) * u128::from(b))
            .checked_div(u128::from(b >> 7))
            .unwrap_or(5),
    );
}
