//! What the hash of a slot decides after a contribution: whether a check is due, and who is admitted to it.
//!
//! The slot comes after the contribution, so whoever lies does not know who will look.

use assay_shared::hash::sha256v;

/// Whole chance, basis points.
const WHOLE: u64 = 10_000;

/// What a seed is drawn for. The number separates seeds that are drawn from the same slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// A late seat in the account of the job, or the check that a chance decides on.
    LateSeat = 0,
    /// A round of five.
    Dispute = 1,
    /// A round of forty-five.
    Appeal = 2,
}

/// Seed of a late seat or round: `sha256("D" ‖ slot hash ‖ job's seed ‖ task u32 LE ‖ purpose u8 ‖ seat u8)`.
#[inline(never)]
pub fn draw_seed(
    slot_hash: &[u8; 32],
    job_seed: &[u8; 32],
    task: u32,
    purpose: Purpose,
    seat: u8,
) -> [u8; 32] {
    let task = task.to_le_bytes();
    sha256v(&[b"D", slot_hash, job_seed, &task, &[purpose as u8, seat]])
}

/// Whether a drawn seed makes a check due that has a chance of `check_bps` basis points.
pub fn is_due(seed: &[u8; 32], check_bps: u16) -> bool {
    // The last eight bytes; tickets hash the seed, so nothing else depends on them alone.
    let scaled = u128::from(number(seed)).wrapping_mul(u128::from(WHOLE)) >> 64;
    scaled < u128::from(check_bps)
}

/// After how much fuel a run that used `fuel_used` is stopped, for the memory hash `Q`: at least one, at most all of it.
pub fn stop_fuel(seed: &[u8; 32], fuel_used: u64) -> u64 {
    let offset = number(seed).checked_rem(fuel_used.max(1)).unwrap_or(0);
    offset.saturating_add(1)
}

fn number(seed: &[u8; 32]) -> u64 {
    let mut last = [0; 8];
    last.copy_from_slice(seed.split_at(24).1);
    u64::from_le_bytes(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_run_is_stopped_inside(seed: [u8; 32], fuel in 1u64..) {
            prop_assert!((1..=fuel).contains(&stop_fuel(&seed, fuel)));
        }
    }

    #[test]
    fn a_run_is_stopped_where_the_last_eight_bytes_of_the_seed_say() {
        let mut seed = [9; 32];
        seed[24..].copy_from_slice(&1_234u64.to_le_bytes());
        assert_eq!(stop_fuel(&seed, 1_000), 235);
        assert_eq!(stop_fuel(&seed, 2_000), 1_235);
    }

    #[test]
    fn nothing_runs_on_no_fuel() {
        assert_eq!(stop_fuel(&[9; 32], 0), 1);
    }

    #[test]
    fn checks_are_due_as_often_as_the_job_says() {
        let draws = 40_000u32;
        let due = (0..draws)
            .filter(|task| {
                is_due(
                    &draw_seed(&[1; 32], &[2; 32], *task, Purpose::LateSeat, 1),
                    1_500,
                )
            })
            .count();
        let (n, p) = (f64::from(draws), 0.15);
        assert!(
            (due as f64 - n * p).abs() < 3.0 * (n * p * (1.0 - p)).sqrt(),
            "{due}"
        );
    }

    #[test]
    fn no_chance_is_never_due_and_the_whole_always() {
        assert!(!is_due(&[0; 32], 0));
        assert!(is_due(&[255; 32], 10_000));
    }

    #[test]
    fn every_purpose_seat_and_task_has_a_seed_of_its_own() {
        let seeds = [
            draw_seed(&[1; 32], &[2; 32], 0, Purpose::LateSeat, 1),
            draw_seed(&[1; 32], &[2; 32], 0, Purpose::LateSeat, 2),
            draw_seed(&[1; 32], &[2; 32], 1, Purpose::LateSeat, 1),
            draw_seed(&[1; 32], &[2; 32], 0, Purpose::Dispute, 1),
            draw_seed(&[3; 32], &[2; 32], 0, Purpose::LateSeat, 1),
            draw_seed(&[1; 32], &[3; 32], 0, Purpose::LateSeat, 1),
        ];
        for (at, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..at].contains(seed));
        }
    }
}
