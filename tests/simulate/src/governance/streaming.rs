//! What it brings to have stake at a provider at the right time.
//!
//! The stakers' part of a provider's rewards reaches all of its stake in proportion, second by second. So what a token earns in
//! a while is the sum of the stream in that while, whoever owns it and however much there is. Whoever times its stake has it bound
//! for longer than it earns: a delegation waits before it joins and after it leaves, an owner's stake after it leaves.

use super::parameters::{CLAIM_EPOCHS, EPOCH, EXPOSURE, JOIN_SLACK, UNBONDING};

/// Steps of a day.
const STEPS: u32 = 8;
/// Days before the first day on which somebody joins, in which the stream becomes steady.
const BEFORE: u32 = 200;
/// Days that are looked at.
const LENGTH: u32 = 80;
/// Longest time for which somebody is there to profit from one moment, days.
const LONGEST: u32 = 30;

/// A time to be there, and what it brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Epochs that the owner claims at a time.
    pub hoarded: u32,
    /// True for stake of the owner, which joins at once.
    pub owner: bool,
    /// Days for which the stake earns.
    pub stays: f64,
    /// What it earns more than stake that is always there, for the time for which it is bound, as a share of that.
    pub gain: f64,
    /// The same for the time for which it earns.
    pub active_gain: f64,
}

/// Rewards on their way to a provider's stake; one unit is the stakers' part of one epoch.
#[derive(Clone, Copy, Debug, Default)]
struct Stream {
    left: f64,
    /// Days until the last of it has come.
    remaining: f64,
}

impl Stream {
    /// Lets `days` pass. Returns what came.
    fn pass(&mut self, days: f64) -> f64 {
        let came = if days >= self.remaining {
            self.left
        } else {
            self.left * days / self.remaining
        };
        self.left -= came;
        self.remaining = (self.remaining - days).max(0.0);
        came
    }

    /// Adds rewards, which come over the claim span: all then end together, at the mean of the two ends.
    fn add(&mut self, amount: f64) {
        let span = f64::from(CLAIM_EPOCHS) * EPOCH;
        let sum = self.left + amount;
        self.remaining = (self.left * self.remaining + amount * span) / sum;
        self.left = sum;
    }
}

/// Returns what comes in each step of the days that are looked at. The owner claims `hoarded` epochs at a time; `once` lets it do
/// that a single time and claim each epoch otherwise.
fn income(hoarded: u32, once: bool) -> Vec<f64> {
    let mut stream = Stream::default();
    let mut income = Vec::new();
    let mut unclaimed = 0;
    for day in 0..BEFORE + LENGTH {
        unclaimed += 1;
        let pauses = if once {
            (BEFORE - hoarded..BEFORE).contains(&day)
        } else {
            day % hoarded != 0
        };
        if !pauses {
            stream.add(f64::from(unclaimed));
            unclaimed = 0;
        }
        for _ in 0..STEPS {
            let came = stream.pass(1.0 / f64::from(STEPS));
            if day >= BEFORE - CLAIM_EPOCHS {
                income.push(came);
            }
        }
    }
    income
}

/// Returns the best time to be there under one way to claim.
fn best_of(hoarded: u32, once: bool, owner: bool) -> Timing {
    let income = income(hoarded, once);
    let bound = if owner {
        UNBONDING
    } else {
        EXPOSURE + JOIN_SLACK + UNBONDING
    };
    let mut best: Option<Timing> = None;
    for from in 0..income.len() {
        let mut earned = 0.0;
        for (steps, came) in (1u32..).zip(income[from..].iter().take((LONGEST * STEPS) as usize)) {
            earned += came;
            let stays = f64::from(steps) / f64::from(STEPS);
            let timing = Timing {
                hoarded,
                owner,
                stays,
                // Stake that is always there earns one unit a day.
                gain: earned / (stays + bound) - 1.0,
                active_gain: earned / stays - 1.0,
            };
            if best.is_none_or(|best| timing.gain > best.gain) {
                best = Some(timing);
            }
        }
    }
    best.expect("there is income")
}

/// Returns the best time to be there, for a delegator or for an owner that adds stake of its own.
///
/// # Panics
/// Never: there are times.
pub fn best() -> Timing {
    let mut all = Vec::new();
    for hoarded in 1..CLAIM_EPOCHS {
        for once in [false, true] {
            for owner in [false, true] {
                all.push(best_of(hoarded, once, owner));
            }
        }
    }
    all.into_iter()
        .max_by(|a, b| a.gain.total_cmp(&b.gain))
        .expect("there are times")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_claims_bring_one_unit_a_day() {
        let income = income(1, false);
        let days = income.len() as f64 / f64::from(STEPS);
        let sum: f64 = income.iter().sum();
        assert!((sum / days - 1.0).abs() < 1e-3, "{sum} in {days} days");
    }

    #[test]
    fn hoarding_moves_rewards_and_makes_none() {
        for hoarded in 2..CLAIM_EPOCHS {
            let income = income(hoarded, false);
            let steps = (hoarded * STEPS) as usize;
            let sum: f64 = income[..steps].iter().sum();
            let days = f64::from(hoarded);
            assert!((sum - days).abs() < 0.01, "{hoarded}: {sum} in {days} days");
        }
    }

    #[test]
    fn a_single_large_claim_comes_over_the_claim_span() {
        let mut stream = Stream::default();
        stream.add(8.0);
        assert!((stream.pass(1.0) - 0.8).abs() < 1e-12);
        // Dust does not postpone the rest.
        stream.add(1e-9);
        assert!((stream.remaining - 9.0).abs() < 1e-6);
    }

    #[test]
    fn no_time_to_join_pays_for_the_time_that_stake_is_bound() {
        let best = best();
        assert!(best.gain < 0.0, "{best:?}");
        assert!(best.owner, "a delegation waits longer: {best:?}");
    }
}
