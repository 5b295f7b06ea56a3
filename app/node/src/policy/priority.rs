//! What a transaction pays for its place in a block, the closer to its deadline the more.
//!
//! All steps of a job write one account. Whoever fills the room that a block has for it, with transactions that pay more than
//! ours, keeps ours out. Up to its deadline a step is sent again, so what counts is what the last tries pay.

use std::time::Duration;

/// Longest time before a deadline in which transactions pay a priority fee.
const RISE: Duration = Duration::from_secs(300);
/// Longest time before a deadline in which they pay the highest one. A transaction that no block takes is known to be lost after
/// a minute or more, and less time than that leaves no other try.
const FULL: Duration = Duration::from_secs(90);

/// Returns the priority fee, lamports rounded down, of a transaction whose step becomes useless after `time_left`. The step
/// could be taken for `window` in all. The fee is 0 at first, rises evenly in the last third of the window, and is `max` in its
/// last tenth; in long windows these are the last 300 and 90 seconds.
pub fn priority_fee(time_left: Duration, window: Duration, max: u64) -> u64 {
    let start = (window / 3).min(RISE);
    let full = (window / 10).min(FULL);
    if time_left >= start {
        return 0;
    }
    let rise = start.saturating_sub(full).as_nanos();
    let risen = start.saturating_sub(time_left).as_nanos().min(rise);
    let fee = u128::from(max).saturating_mul(risen).checked_div(rise);
    fee.and_then(|fee| u64::try_from(fee).ok()).unwrap_or(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn the_priority_fee_grows_toward_the_deadline() {
        let windows = [1, 7, 60, 299, 600, 900, 86_400].map(secs);
        for window in windows {
            for max in [0, 1, 49_999, 50_000, u64::MAX] {
                let mut before = 0;
                for permille in (0..=1_100).rev() {
                    let fee = priority_fee(window * permille / 1_000, window, max);
                    assert!(before <= fee && fee <= max, "{window:?} {permille} {max}");
                    before = fee;
                }
                assert_eq!(before, max, "{window:?}: the highest fee at the deadline");
                assert_eq!(priority_fee(window / 3, window, max), 0, "{window:?}");
            }
        }
    }

    #[test]
    fn a_long_window_costs_nothing_until_its_last_minutes() {
        let fee = |left| priority_fee(secs(left), secs(900), 50_000);
        assert_eq!([fee(900), fee(300), fee(195)], [0, 0, 25_000]);
        assert_eq!([fee(90), fee(0)], [50_000, 50_000]);
    }

    #[test]
    fn a_step_without_a_window_pays_nothing() {
        for left in [0, 1, 900] {
            assert_eq!(priority_fee(secs(left), Duration::ZERO, 50_000), 0);
        }
    }
}
