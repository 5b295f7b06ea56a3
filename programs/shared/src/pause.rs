//! A pause stops some operations of a program until a time, and then ends by itself.
//!
//! Each program has a table of bits; only the instructions that the table names read it. Nothing that delivers, judges, pays,
//! returns or withdraws is in a table.

/// Longest pause that a guardian may order, seconds.
pub const MAX_PAUSE: i64 = 7 * 86_400;
/// Time after a guardian's pause before the next one of the same program, seconds.
pub const PAUSE_REST: i64 = 30 * 86_400;

/// Returns whether `operation`, a bit, is stopped at the Unix time `now` by the bits `paused`, which end at the Unix time `until`.
#[inline(always)]
pub fn stops(paused: u64, until: i64, operation: u64, now: i64) -> bool {
    paused & operation != 0 && now < until
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_stops_the_bits_that_it_names_until_its_end() {
        assert!(stops(0b101, 100, 0b100, 99));
        assert!(stops(0b101, 100, 0b001, i64::MIN));
        assert!(!stops(0b101, 100, 0b010, 99));
        assert!(!stops(0b101, 100, 0b100, 100));
        assert!(!stops(0, i64::MAX, u64::MAX, 0));
    }
}
