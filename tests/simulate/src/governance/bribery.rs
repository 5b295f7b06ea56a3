//! What it brings to buy a vote that empties the treasury, while nobody votes no and no guardian stops it.
//!
//! A yes is not for sale below what it costs its voter: its tokens stay where they are until the decision has taken effect, at the
//! price of capital, and fall with all others when the treasury is gone. A voter that changes its yes stays bound all the same, so
//! that nothing is gained by selling a vote and taking it back.

use super::capture::State;
use super::parameters::{
    FALL, HOLD_UP, MAX_LOCK, MIN_LOCK, RATE, SPEND_BPS, SPEND_GAP, VOTING, WINDOW, YEAR,
};
use super::supply::{Decade, Work};

/// A bribed raid. Amounts are shares of what all tokens are worth before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raid {
    /// Year in which it happens.
    pub year: u32,
    /// What lies in the treasury.
    pub treasury: f64,
    /// What the proposals take out of it.
    pub loot: f64,
    /// Tokens that vote yes.
    pub yes: f64,
    /// Least price of these votes.
    pub price: f64,
    /// The loot at its worth afterwards, less the price.
    pub gain: f64,
    /// Fall of the token's worth from which the raid loses.
    pub break_even: f64,
}

/// Proposals with payments that can be executed in an execution window: one on its first day, and each [`SPEND_GAP`] days one.
const PROPOSALS: i32 = (WINDOW / SPEND_GAP) as i32 + 1;

/// Returns the share of the treasury that all proposals together take: each a part of what is left.
fn taken() -> f64 {
    1.0 - (1.0 - SPEND_BPS as f64 / 1e4).powi(PROPOSALS)
}

/// Returns what binding a yes costs, as a share of its tokens: the vote is cast at the last moment, and the tokens may leave when
/// the execution window is over, or then begin to.
fn binding(new_lock: Option<f64>) -> f64 {
    let bound = HOLD_UP + WINDOW;
    // Whoever locks only for this vote was there when it opened, and waits for the end of its lock.
    let bound = new_lock.map_or(bound, |duration| bound + VOTING + duration);
    RATE * bound / YEAR
}

/// Returns a raid in a year in which the treasury holds `treasury` of what all tokens are worth, by votes in locks of `duration`
/// days, if a token then loses `fall` of its worth.
pub fn raid(year: u32, treasury: f64, duration: f64, new: bool, fall: f64) -> Raid {
    let loot = treasury * taken();
    let state = State {
        supply: 1e9,
        others: 0.0,
        heavy: true,
    };
    let yes = state.least_share(duration);
    let binding = yes * binding(new.then_some(duration));
    let price = binding + yes * fall;
    Raid {
        year,
        treasury,
        loot,
        yes,
        price,
        gain: loot * (1.0 - fall) - price,
        break_even: ((loot - binding) / (loot + yes)).max(0.0),
    }
}

/// Returns the bribed raid that brings the most in ten years of work, whose treasury was never spent.
///
/// # Panics
/// Never: there are raids.
pub fn best() -> Raid {
    let decade = Decade::of(Work::Always);
    let mut raids = Vec::new();
    for (year, end) in (0u32..).zip(&decade.years) {
        let treasury = end.treasury as f64 / end.supply as f64;
        for (duration, new) in [(MAX_LOCK, false), (MAX_LOCK, true), (MIN_LOCK, true)] {
            raids.push(raid(year, treasury, duration, new, FALL));
        }
    }
    raids
        .into_iter()
        .max_by(|a, b| a.gain.total_cmp(&b.gain))
        .expect("there are raids")
}

/// Returns the largest fall from which some raid of ten years loses: with a larger one none pays.
pub fn break_even() -> f64 {
    let decade = Decade::of(Work::Always);
    let shares = decade
        .years
        .iter()
        .map(|end| end.treasury as f64 / end.supply as f64);
    shares
        .map(|treasury| raid(0, treasury, MAX_LOCK, false, FALL).break_even)
        .fold(0.0, f64::max)
}

/// Returns the largest treasury, as a share of what all tokens are worth, that no bribed raid pays for. Its tokens are of other
/// mints, whose worth does not fall.
pub fn safe_treasury() -> f64 {
    let yes = raid(0, 0.0, MAX_LOCK, false, FALL);
    yes.price / taken()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_proposals_take_less_than_a_fifth() {
        assert_eq!(PROPOSALS, 2);
        assert!((taken() - 0.19).abs() < 1e-9);
    }

    #[test]
    fn a_yes_costs_at_least_its_binding() {
        let existing = raid(0, 0.0, MAX_LOCK, false, 0.0);
        assert!((existing.price - 0.101 * 0.2 * 16.0 / 365.0).abs() < 1e-9);
        let new = raid(0, 0.0, MIN_LOCK, true, 0.0);
        assert!((new.price - 0.404 * 0.2 * 30.0 / 365.0).abs() < 1e-9);
    }

    #[test]
    fn the_gain_vanishes_at_the_break_even_fall() {
        let before = raid(10, 0.08, MAX_LOCK, false, 0.0);
        assert!(before.gain > 0.0);
        let at = raid(10, 0.08, MAX_LOCK, false, before.break_even);
        assert!(at.gain.abs() < 1e-9, "{at:?}");
    }

    #[test]
    fn no_raid_of_ten_years_pays_under_the_assumed_fall() {
        let best = best();
        assert!(best.gain < 0.0, "{best:?}");
        assert!(break_even() < FALL);
    }

    #[test]
    fn a_treasury_of_other_tokens_is_safe_up_to_a_bound() {
        let safe = safe_treasury();
        assert!((0.26..0.28).contains(&safe), "{safe}");
    }
}
