//! Who may take a seat, and when: in the order of rank, with seconds between, so that latency decides nothing.
//!
//! Every worker has a ticket for every seat, `t = −log₂(u)` with `u` uniform in (0, 1] from a seed that nobody could choose.
//! `t / collateral` is exponentially distributed with a rate that is proportional to the collateral (Efraimidis and
//! Spirakis 2006): the smallest of several is any worker's with its share of the collateral, and splitting collateral into
//! many workers changes nothing. A worker is admitted once
//!
//! ```text
//! t / collateral · total ≤ ¼ · 2^(elapsed / step)
//! ```
//!
//! where the power is interpolated linearly inside a step.

use anchor_lang::prelude::Address;
use assay_shared::{hash::sha256v, math::wide_product};

/// Fraction bits of a ticket.
pub const TICKET_BITS: u32 = 16;

/// `2^TICKET_BITS · −log₂(1/2 + i/32)`, rounded to the nearest.
const LOG_TABLE: [u32; 17] = [
    65_536, 59_804, 54_400, 49_288, 44_438, 39_825, 35_427, 31_224, 27_200, 23_340, 19_632, 16_064,
    12_625, 9_307, 6_102, 3_002, 0,
];

/// A worker's ticket for one seat, `−log₂(u)` with `TICKET_BITS` fraction bits; the smaller, the earlier.
///
/// `u` is made of the first eight bytes of `sha256(seed ‖ worker ‖ seat u32 LE ‖ misses u8)`. The count of missed
/// deadlines keeps the holder that missed a seat from being its first again.
pub fn ticket(seed: &[u8; 32], worker: &Address, seat: u32, misses: u8) -> u32 {
    // One part for both numbers: a hash costs more for every part than for the bytes in it.
    let mut place = [misses; 5];
    place[..4].copy_from_slice(&seat.to_le_bytes());
    let hash = sha256v(&[seed, worker.as_ref(), &place]);
    let mut first = [0; 8];
    first.copy_from_slice(hash.split_at(8).0);
    neg_log2(u64::from_le_bytes(first))
}

/// `−log₂((u + 1) / 2⁶⁴)` with `TICKET_BITS` fraction bits, within 2⁻⁹ of the exact value.
fn neg_log2(u: u64) -> u32 {
    // The leading one and then 63 fraction bits: 4 of them choose the entry, 16 interpolate. `u` is random, so that its
    // zeros are one on average: to count them one by one costs less than the instructions of `leading_zeros`.
    let mut mantissa = u.max(1);
    let mut zeros = 0u32;
    while mantissa >> 63 == 0 {
        mantissa <<= 1;
        zeros = zeros.wrapping_add(1);
    }
    let entry = (mantissa >> 59) & 15;
    let fraction = ((mantissa >> 43) & 0xFFFF) as u32;
    let low = LOG_TABLE.get(entry as usize).copied().unwrap_or(0);
    let high = LOG_TABLE
        .get((entry as usize).saturating_add(1))
        .copied()
        .unwrap_or(0);
    // Below 2^13 · 2^16.
    let fall = low.saturating_sub(high).saturating_mul(fraction) >> 16;
    (zeros << TICKET_BITS)
        .saturating_add(low)
        .saturating_sub(fall)
}

/// Whether a worker with this ticket and this whole collateral is admitted `elapsed` seconds after the seat became free.
///
/// `total` is the market's whole collateral and `step` the seconds in which the admission doubles. A worker without
/// collateral is never admitted.
pub fn is_admitted(ticket: u32, collateral: u64, total: u64, elapsed: u32, step: u32) -> bool {
    if collateral == 0 {
        return false;
    }
    let step = step.max(1);
    let doublings = elapsed.checked_div(step).unwrap_or(0);
    let rest = elapsed.checked_rem(step).unwrap_or(0);
    // ticket · total · step ≤ collateral · 2^doublings · (step + rest) / 4, both sides times 4. A ticket is below 2²³, so
    // that the left side is below 2²³ · 2³² · 2² · 2⁶⁴ and the right side without the doublings below 2³³ · 2¹⁶ · 2⁶⁴.
    let scaled = u64::from(ticket).wrapping_mul(u64::from(step) << 2);
    let share = u64::from(step).wrapping_add(u64::from(rest)) << TICKET_BITS;
    // `needed ≤ weight · 2^d` is `⌈needed / 2^d⌉ ≤ weight`, and for whole numbers `⌊(needed − 1) / 2^d⌋ < weight`.
    let Some(below) = wide_product(scaled, total).checked_sub(1) else {
        return true;
    };
    below.checked_shr(doublings).unwrap_or(0) < wide_product(share, collateral)
}

/// Seconds after which [`is_admitted`] becomes true; `None` if 32 bits of seconds are not enough.
pub fn admitted_after(ticket: u32, collateral: u64, total: u64, step: u32) -> Option<u32> {
    let admitted = |elapsed| is_admitted(ticket, collateral, total, elapsed, step);
    let (mut low, mut high) = (0u32, u32::MAX);
    if !admitted(high) {
        return None;
    }
    while low < high {
        let middle = low.wrapping_add(high.wrapping_sub(low) >> 1);
        if admitted(middle) {
            high = middle;
        } else {
            low = middle.saturating_add(1);
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(u: u64) -> f64 {
        64.0 - (u as f64).log2()
    }

    proptest! {
        #[test]
        fn a_ticket_is_the_binary_logarithm(u in 1u64..) {
            let ticket = f64::from(neg_log2(u)) / f64::from(1 << TICKET_BITS);
            prop_assert!((ticket - exact(u)).abs() < 1.0 / 512.0, "{ticket} for {}", exact(u));
        }

        #[test]
        fn a_smaller_draw_never_has_a_smaller_ticket(a: u64, b: u64) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(neg_log2(low) >= neg_log2(high));
        }

        #[test]
        fn admission_comes_once_and_stays(
            ticket in 0u32..65 << TICKET_BITS, collateral: u64, total: u64, step in 1u32..3_600,
            a in 0u32..1 << 20, b in 0u32..1 << 20,
        ) {
            let (early, late) = (a.min(b), a.max(b));
            if is_admitted(ticket, collateral, total, early, step) {
                prop_assert!(is_admitted(ticket, collateral, total, late, step));
            }
        }

        #[test]
        fn the_computed_second_is_the_first(
            ticket in 0u32..65 << TICKET_BITS, collateral in 1u64..1 << 50, total in 1u64..1 << 50, step in 1u32..100,
        ) {
            let after = admitted_after(ticket, collateral, total, step).unwrap();
            prop_assert!(is_admitted(ticket, collateral, total, after, step));
            prop_assert!(after == 0 || !is_admitted(ticket, collateral, total, after - 1, step));
        }

        #[test]
        fn more_collateral_is_never_admitted_later(
            ticket in 0u32..65 << TICKET_BITS, small in 1u64..1 << 50, more in 0u64..1 << 50, total in 1u64..1 << 50,
        ) {
            let later = admitted_after(ticket, small, total, 8).unwrap();
            prop_assert!(admitted_after(ticket, small + more, total, 8).unwrap() <= later);
        }
    }

    #[test]
    fn known_tickets() {
        assert!(neg_log2(u64::MAX) <= 1);
        assert_eq!(neg_log2(1 << 63), 1 << TICKET_BITS);
        assert_eq!(neg_log2(1), 64 << TICKET_BITS);
        assert_eq!(neg_log2(0), 64 << TICKET_BITS);
    }

    #[test]
    fn a_ticket_is_bound_to_seed_worker_seat_and_misses() {
        let worker = Address::new_from_array([1; 32]);
        let one = ticket(&[7; 32], &worker, 3, 0);
        assert_ne!(one, ticket(&[8; 32], &worker, 3, 0));
        assert_ne!(
            one,
            ticket(&[7; 32], &Address::new_from_array([2; 32]), 3, 0)
        );
        assert_ne!(one, ticket(&[7; 32], &worker, 4, 0));
        assert_ne!(one, ticket(&[7; 32], &worker, 3, 1));
    }

    #[test]
    fn the_mean_rank_is_admitted_after_two_steps() {
        // The whole market in one worker with the ticket 1: ¼ · 2² = 1.
        assert_eq!(admitted_after(1 << TICKET_BITS, 1_000, 1_000, 8), Some(16));
        // Half way through a step the power is half way to the next.
        assert!(is_admitted(3 << (TICKET_BITS - 2), 1_000, 1_000, 12, 8));
        assert!(!is_admitted(
            (3 << (TICKET_BITS - 2)) + 1,
            1_000,
            1_000,
            12,
            8
        ));
    }

    #[test]
    fn without_collateral_nobody_is_admitted() {
        assert!(!is_admitted(0, 0, 1, u32::MAX, 1));
    }

    /// 20,000 seats and five workers of 2 to 40 % each take their share within three standard deviations.
    #[test]
    fn seats_follow_collateral() {
        let collateral = [40u64, 30, 18, 10, 2];
        let (seats, mut taken) = (20_000u32, [0u32; 5]);
        for seat in 0..seats {
            let rank = |worker: usize| {
                let address = Address::new_from_array([worker as u8 + 1; 32]);
                u64::from(ticket(&[9; 32], &address, seat, 0)) * 1_000_000 / collateral[worker]
            };
            taken[(0..5).min_by_key(|worker| rank(*worker)).unwrap()] += 1;
        }
        for (taken, share) in taken.iter().zip(collateral) {
            let (n, p) = (f64::from(seats), share as f64 / 100.0);
            let sigma = (n * p * (1.0 - p)).sqrt();
            assert!(
                (f64::from(*taken) - n * p).abs() < 3.0 * sigma,
                "{taken} of {share} %"
            );
        }
    }

    /// One worker with 30 % takes as many seats as thirty workers with 1 % each.
    #[test]
    fn splitting_collateral_wins_nothing() {
        let rank = |name: u8, seat, collateral: u64| {
            let address = Address::new_from_array([name; 32]);
            u64::from(ticket(&[5; 32], &address, seat, 0)) * 1_000_000 / collateral
        };
        let (seats, mut whole, mut split) = (20_000u32, 0u32, 0u32);
        for seat in 0..seats {
            let others = rank(200, seat, 70);
            whole += u32::from(rank(100, seat, 30) < others);
            split += u32::from((1..=30).any(|name| rank(name, seat, 1) < others));
        }
        let sigma = (f64::from(seats) * 0.3 * 0.7).sqrt();
        assert!(
            (f64::from(whole) - f64::from(split)).abs() < 3.0 * sigma * 2f64.sqrt(),
            "{whole} {split}"
        );
    }
}
