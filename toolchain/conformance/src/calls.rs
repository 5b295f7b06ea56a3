//! Calls whose arguments do not fit the five argument registers, and calls through tables.
//!
//! Each function treats its arguments differently, so that a swapped or lost argument changes the result.

use crate::output::Output;

/// Input: at least 12 numbers of 8 bytes.
#[inline(never)]
pub fn run(input: &[u8], output: &mut Output) {
    let mut n = [0u64; 12];
    for (number, bytes) in n.iter_mut().zip(input.chunks_exact(8)) {
        *number = bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    output.put_u64(six(n[0], n[1], n[2], n[3], n[4], n[5]));
    output.put_u64(seven(
        n[0],
        n[1] as u32,
        n[2],
        n[3] as u8,
        n[4],
        n[5],
        n[6] as u16,
    ));
    output.put_u64(eight(
        n[0],
        n[1],
        n[2],
        n[3],
        n[4],
        &n[5],
        n[6],
        n[7] % 2 == 0,
    ));
    output.put_u64(twelve(
        n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11],
    ));
    output.put_u128(wide(
        u128::from(n[0]) << 64 | u128::from(n[1]),
        n[2],
        u128::from(n[3]),
        n[4],
        i128::from(n[5]),
        n[6],
    ));
    let moved = by_value(
        Large {
            numbers: n,
            tag: n[11] as u8,
        },
        n[3],
        n[4],
        n[5],
        n[6],
        n[7],
    );
    output.put_u64(
        moved
            .numbers
            .iter()
            .fold(u64::from(moved.tag), |sum, number| mix(sum, *number)),
    );
    output.put_u64(through_table(&n));
    output.put_u64(through_traits(&n));
}

#[inline(never)]
fn mix(a: u64, b: u64) -> u64 {
    (a ^ b.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline(never)]
fn six(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {
    [a, b, c, d, e, f].into_iter().fold(6, mix)
}

#[inline(never)]
fn seven(a: u64, b: u32, c: u64, d: u8, e: u64, f: u64, g: u16) -> u64 {
    [a, b.into(), c, d.into(), e, f, g.into()]
        .into_iter()
        .fold(six(g.into(), f, e, c, a, 1), mix)
}

#[inline(never)]
#[expect(
    clippy::too_many_arguments,
    reason = "calls with many arguments are what is tested"
)]
fn eight(a: u64, b: u64, c: u64, d: u64, e: u64, f: &u64, g: u64, h: bool) -> u64 {
    [a, b, c, d, e, *f, g, h.into()]
        .into_iter()
        .fold(seven(h.into(), g as u32, *f, e as u8, d, c, b as u16), mix)
}

#[inline(never)]
#[expect(clippy::too_many_arguments, reason = "calls with many arguments are what is tested")]
#[rustfmt::skip]
fn twelve(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: u64, l: u64) -> u64 {
    let inner = eight(l, k, j, i, h, &g, f, e > d);
    [a, b, c, d, e, f, g, h, i, j, k, l].into_iter().fold(inner, mix)
}

#[inline(never)]
fn wide(a: u128, b: u64, c: u128, d: u64, e: i128, f: u64) -> u128 {
    let sum = a.wrapping_add(c << 3).wrapping_sub(e as u128);
    sum ^ (u128::from(six(b, d, f, b, d, f)) << 17)
}

struct Large {
    numbers: [u64; 12],
    tag: u8,
}

#[inline(never)]
fn by_value(mut large: Large, b: u64, c: u64, d: u64, e: u64, f: u64) -> Large {
    large.numbers[2] = six(b, c, d, e, f, large.numbers[1]);
    large.tag = large.tag.wrapping_add(1);
    large
}

type OfSix = fn(u64, u64, u64, u64, u64, u64) -> u64;

/// Calls a function that is known only at run time.
fn through_table(n: &[u64; 12]) -> u64 {
    const TABLE: [OfSix; 3] = [six, |a, b, c, d, e, f| six(f, e, d, c, b, a), last];
    TABLE[(n[0] % 3) as usize](n[1], n[2], n[3], n[4], n[5], n[6])
}

fn last(_: u64, _: u64, _: u64, _: u64, _: u64, f: u64) -> u64 {
    f
}

trait Weigh {
    fn weigh(&self, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64;
}

struct Sum;
struct Scaled(u64);

impl Weigh for Sum {
    fn weigh(&self, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {
        [b, c, d, e, f].into_iter().fold(a, u64::wrapping_add)
    }
}

impl Weigh for Scaled {
    fn weigh(&self, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {
        six(a, b, c, d, e, f).wrapping_mul(self.0)
    }
}

fn through_traits(n: &[u64; 12]) -> u64 {
    let scaled = Scaled(n[7]);
    let weighers: [&dyn Weigh; 2] = [&Sum, &scaled];
    let first = weighers[(n[1] % 2) as usize].weigh(n[0], n[1], n[2], n[3], n[4], n[5]);
    mix(
        first,
        weighers[(n[2] % 2) as usize].weigh(n[6], n[7], n[8], n[9], n[10], n[11]),
    )
}
