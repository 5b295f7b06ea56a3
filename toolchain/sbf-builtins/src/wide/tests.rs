//! The arithmetic against the host's own 128-bit integers. The conformance program proves that the symbols work on chain
//! (`cargo xtask conformance`).

use super::*;

fn split(value: u128) -> Wide {
    Wide {
        high: (value >> 64) as u64,
        low: value as u64,
    }
}

/// Values around every power of two, where carries and normalization change.
fn extremes() -> impl Iterator<Item = u128> + Clone {
    (0..128).flat_map(|bit| {
        let power = 1u128 << bit;
        [
            power - 1,
            power,
            power + 1,
            power.wrapping_neg(),
            power | 1 << (bit / 2),
        ]
    })
}

#[test]
fn multiplication_agrees_with_the_host() {
    for a in extremes() {
        for b in extremes() {
            assert_eq!(
                multiply(split(a), split(b)),
                split(a.wrapping_mul(b)),
                "{a} * {b}"
            );
        }
    }
}

#[test]
fn division_agrees_with_the_host() {
    for a in extremes() {
        for b in extremes().filter(|b| *b != 0) {
            let division = divide(split(a), split(b));
            assert_eq!(division.quotient, split(a / b), "{a} / {b}");
            assert_eq!(division.remainder, split(a % b), "{a} % {b}");
        }
    }
}

#[test]
fn division_by_zero_gives_zero_and_the_dividend() {
    let division = divide(split(7 << 70), split(0));
    assert_eq!(division.quotient, split(0));
    assert_eq!(division.remainder, split(7 << 70));
}

#[test]
fn negation_agrees_with_the_host() {
    for a in extremes() {
        assert_eq!(negate(split(a)), split(a.wrapping_neg()));
    }
}
