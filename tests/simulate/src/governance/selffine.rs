//! What an owner gets out by having itself penalized, with sybils as requester, co-workers, challenger and round members.
//!
//! Amounts are in prices: what one seat is paid.

use super::parameters::{RATE, UNBONDING, YEAR};
use crate::parameters::DEFAULTS;

/// Seats of a dispute, and of a dispute with its appeal.
const MEMBERS: [f64; 2] = [5.0, 50.0];
/// Longest wait for the end of the span in which an owner's stake collects, as a part of the unbonding period.
const OWN_SPAN: f64 = 1.0 / 6.0;
/// Largest share of the seats of a round that the owner's sybils get: beyond it the market's game is lost anyway.
const MOST_SEATS: f64 = 0.5;

/// A way to be penalized, and what it brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfFine {
    /// Own stake that is left when the penalty comes, prices.
    pub own: f64,
    /// Seats of rounds about it.
    pub members: f64,
    /// Own stake that is lost, prices.
    pub lost: f64,
    /// What comes back to the owner's sybils, prices.
    pub returned: f64,
    /// Delegated stake that is lost, prices.
    pub delegated: f64,
    /// What comes back, with what it is worth to have it at once, less what is lost, as a share of that.
    pub gain: f64,
}

/// Returns what a lie brings to an owner with `own` prices of stake left, if `members` seats of rounds are about it and its sybils
/// get `share` of them. Zero members stand for a lie that nobody disputes, or a missed deadline: all of it is burned.
pub fn lie(own: f64, members: f64, share: f64) -> SelfFine {
    let penalty = DEFAULTS.penalty_prices() as f64;
    let lost = own.min(penalty);
    // Only what was the owner's is paid out; what was the delegators' is burned.
    let collected = if members > 0.0 { lost } else { 0.0 };
    let member = (collected / members.max(1.0)).min(1.0);
    let left = collected - member * members;
    let most = (DEFAULTS.bounty_prices as f64).min(penalty / 10.0);
    let bounty = if member >= 1.0 { left.min(most) } else { 0.0 };
    let returned = member * members * share + bounty;
    let wait = UNBONDING * (1.0 + OWN_SPAN);
    SelfFine {
        own,
        members,
        lost,
        returned,
        delegated: penalty - lost,
        gain: returned * (1.0 + RATE * wait / YEAR) / lost - 1.0,
    }
}

/// Returns the best way to be penalized.
///
/// # Panics
/// Never: there are ways.
pub fn best() -> SelfFine {
    let mut all = vec![lie(DEFAULTS.penalty_prices() as f64, 0.0, MOST_SEATS)];
    for members in MEMBERS {
        for own in 1..=DEFAULTS.penalty_prices() {
            all.push(lie(own as f64, members, MOST_SEATS));
        }
    }
    all.into_iter()
        .max_by(|a, b| a.gain.total_cmp(&b.gain))
        .expect("there are ways")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_delegators_lost_comes_back() {
        for members in MEMBERS {
            for own in 1..=105u32 {
                let fine = lie(f64::from(own), members, 1.0);
                assert!(fine.returned <= fine.lost + 1e-9, "{fine:?}");
                assert!((fine.lost + fine.delegated - 105.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_miss_brings_nothing() {
        assert!((lie(105.0, 0.0, 1.0).gain + 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_best_fine_still_loses() {
        let best = best();
        assert!(best.gain < 0.0, "{best:?}");
        // Five members are paid a price each and the bounty takes the rest.
        assert_eq!((best.members, best.own), (5.0, 15.0));
        assert!((best.returned - 12.5).abs() < 1e-9);
    }
}
