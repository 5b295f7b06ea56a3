//! What it takes to pass a proposal alone, while nobody else votes.

use super::parameters::{
    CAP, FLOOR_BPS, GENESIS, HOLD_UP, MAX_FACTOR, MAX_LOCK, MIN_LOCK, NOTICE, QUORUM_BPS, RATE,
    THRESHOLD, VOTING, WINDOW, YEAR,
};

/// A way to pass a proposal alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capture {
    /// Tokens that must be locked, as a share of the supply.
    pub share: f64,
    /// Duration of their locks, days.
    pub duration: f64,
    /// Time for which the tokens are bound, days: from the publication of the proposal to the end of their locks.
    pub bound: f64,
    /// What the capital costs meanwhile, as a share of the supply.
    pub cost: f64,
}

/// Returns the weight of a token that is locked for `duration` days.
pub fn factor(duration: f64) -> f64 {
    1.0 + (MAX_FACTOR - 1.0) * (duration - MIN_LOCK) / (MAX_LOCK - MIN_LOCK)
}

/// A state of the network in which somebody tries to decide alone.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Tokens that exist.
    pub supply: f64,
    /// Weight of all other locks, which do not vote.
    pub others: f64,
    /// Whether the proposal is heavy: its quorum is twice as high.
    pub heavy: bool,
}

impl State {
    /// Returns whether `yes` passes a proposal by itself. All weight that it counts was there when the vote opened.
    pub fn passes(&self, yes: f64) -> bool {
        let total = self.others + yes;
        let quorum = total * QUORUM_BPS as f64 / 1e4;
        let quorum = if self.heavy {
            (2.0 * quorum).min(total)
        } else {
            quorum
        };
        let floor = MAX_FACTOR * self.supply * FLOOR_BPS as f64 / 1e4;
        yes >= floor && yes >= THRESHOLD as f64 && yes >= quorum && yes > 0.0
    }

    /// Returns the least tokens, locked for `duration` days, that pass a proposal alone, as a share of the supply. It is more than
    /// 1 where there are not enough.
    pub fn least_share(&self, duration: f64) -> f64 {
        let (mut low, mut high) = (0.0, 2.0);
        // More weight never fails where less passes, so the least is found by halving.
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if self.passes(middle * self.supply * factor(duration)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }
}

/// Every state that is tried: little and much locked by others, at the first supply and at the last, and after half of the first was
/// burned.
fn states() -> Vec<State> {
    let mut states = Vec::new();
    for supply in [GENESIS as f64 / 2.0, GENESIS as f64, CAP as f64] {
        for locked in [0.0, 1e-4, 0.01, 0.1, 0.3, 0.6] {
            for heavy in [false, true] {
                states.push(State {
                    supply,
                    others: MAX_FACTOR * locked * supply,
                    heavy,
                });
            }
        }
    }
    states
}

/// Returns every way to pass a proposal alone.
fn ways() -> impl Iterator<Item = Capture> {
    let durations = (0..=40).map(|step| MIN_LOCK + (MAX_LOCK - MIN_LOCK) * f64::from(step) / 40.0);
    durations.flat_map(|duration| {
        states().into_iter().map(move |state| {
            let share = state.least_share(duration);
            // The tokens are there when the vote opens, and a yes keeps them until the end of the execution window. Then their
            // cooldown begins. Whoever locks at the last moment does not wait through the notice.
            let bound = VOTING + HOLD_UP + WINDOW + duration;
            Capture {
                share,
                duration,
                bound,
                cost: share * RATE * bound / YEAR,
            }
        })
    })
}

/// Returns the way that needs the fewest tokens.
///
/// # Panics
/// Never: there are ways.
pub fn cheapest() -> Capture {
    ways()
        .min_by(|a, b| a.share.total_cmp(&b.share))
        .expect("there are ways")
}

/// Returns the way that costs the least if the tokens are borrowed.
///
/// # Panics
/// Never: there are ways.
pub fn cheapest_loan() -> Capture {
    ways()
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .expect("there are ways")
}

/// Returns the days from the publication of a proposal to its earliest effect, in which everybody sees what comes.
pub fn warning() -> f64 {
    NOTICE + VOTING + HOLD_UP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_less_than_the_floor_passes_whatever_others_lock() {
        for state in states() {
            let share = state.least_share(MAX_LOCK);
            assert!(share >= 0.101 - 1e-9, "{state:?}: {share}");
        }
        let least = cheapest();
        assert!((least.share - 0.101).abs() < 1e-9);
        assert!((least.duration - MAX_LOCK).abs() < 1e-9);
    }

    #[test]
    fn a_short_lock_needs_four_times_the_tokens() {
        let state = State {
            supply: 1e9,
            others: 0.0,
            heavy: false,
        };
        assert!((state.least_share(MIN_LOCK) - 0.404).abs() < 1e-9);
        assert!((factor(MIN_LOCK) - 1.0).abs() < 1e-12);
        assert!((factor(MAX_LOCK) - MAX_FACTOR).abs() < 1e-12);
    }

    #[test]
    fn a_quorum_asks_for_more_where_much_is_locked() {
        // Four tenths of the supply are locked for the longest time, and a heavy proposal needs a fifth of all weight.
        let state = State {
            supply: 1e9,
            others: MAX_FACTOR * 0.6e9,
            heavy: true,
        };
        assert!((state.least_share(MAX_LOCK) - 0.15).abs() < 1e-9);
    }

    #[test]
    fn borrowed_tokens_are_bound_for_a_month_at_least() {
        let loan = cheapest_loan();
        assert!(loan.bound >= 30.0, "{loan:?}");
        assert!(loan.share >= 0.404 - 1e-9, "{loan:?}");
        assert!(loan.cost > 0.006, "{loan:?}");
    }
}
