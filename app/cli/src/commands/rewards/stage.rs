//! How far a worker's work of one epoch is on its way to tokens.

use assay_market::state::Params;
use assay_rewards::state::{claims_open, Claims, Emission};
use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not in the epoch's sum yet.
    Untallied,
    /// Was not in the sum when the tally window ended: earns nothing.
    Missed,
    /// Waits for the end of the tally window.
    Tallied,
    Claimable,
    Claimed,
    /// Was not claimed, or not finalized, in time.
    Closed,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untallied => "not tallied yet",
            Self::Missed => "was not tallied in time and earns nothing",
            Self::Tallied => "tallied, not finalized yet",
            Self::Claimable => "claimable",
            Self::Claimed => "claimed",
            Self::Closed => "was not claimed in time",
        })
    }
}

impl Stage {
    /// `finalized`: whether the epoch's rewards are there.
    pub fn of(
        (epoch, tallied): (u64, bool),
        claims: Claims,
        finalized: bool,
        (params, emission, now): (&Params, &Emission, i64),
    ) -> Self {
        if is_claimed(claims, epoch) {
            return Self::Claimed;
        }
        let window_over = params.tally_end(epoch).is_ok_and(|end| end <= now);
        let current = params.epoch_at(now).unwrap_or(0);
        let passed_over = epoch < emission.due_epoch(current);
        match (tallied, finalized) {
            (false, _) if window_over => Self::Missed,
            (false, _) => Self::Untallied,
            _ if !claims_open(epoch, current) => Self::Closed,
            (true, true) => Self::Claimable,
            (true, false) if passed_over => Self::Closed,
            (true, false) => Self::Tallied,
        }
    }
}

/// Whether the record says so; it remembers as many epochs as its bitmap has bits.
fn is_claimed(claims: Claims, epoch: u64) -> bool {
    let age = claims.newest.saturating_sub(epoch);
    claims.with(epoch).is_none() && age < u64::from(u64::BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;
    use Stage::{Claimable, Closed, Missed, Tallied, Untallied};

    /// Of epoch 5, unclaimed, at `now`; epochs last an hour and have ten minutes to tally, `next_epoch` is the oldest not done.
    fn stage(tallied: bool, finalized: bool, next_epoch: u64, now: i64) -> Stage {
        let params = Params {
            epoch_length: 3_600.into(),
            tally_window: 600.into(),
            ..Params::zeroed()
        };
        let emission = Emission {
            next_epoch: next_epoch.into(),
            ..Emission::zeroed()
        };
        let epoch = (5, tallied);
        Stage::of(
            epoch,
            Claims::default(),
            finalized,
            (&params, &emission, now),
        )
    }

    #[test]
    fn work_is_tallied_in_its_window_or_lost() {
        let end = 6 * 3_600;
        assert_eq!(stage(false, false, 5, end - 1), Untallied);
        assert_eq!(stage(false, false, 5, end + 599), Untallied);
        assert_eq!(stage(false, false, 5, end + 600), Missed);
        assert_eq!(stage(false, true, 6, end + 600), Missed);
    }

    #[test]
    fn tallied_work_is_finalized_and_claimed_in_time_or_lost() {
        let in_epoch = |epoch: i64| epoch * 3_600;
        assert_eq!(stage(true, false, 5, in_epoch(7)), Tallied);
        assert_eq!(stage(true, true, 6, in_epoch(7)), Claimable);
        assert_eq!(stage(true, true, 6, in_epoch(13)), Claimable);
        assert_eq!(stage(true, true, 6, in_epoch(14)), Closed);
        assert_eq!(stage(true, false, 6, in_epoch(7)), Closed);
    }

    #[test]
    fn what_was_claimed_stays_claimed() {
        let claims = Claims::default().with(5).unwrap();
        assert!(is_claimed(claims, 5));
        assert!(!is_claimed(claims, 6));
        let later = claims.with(100).unwrap();
        assert!(!is_claimed(later, 5), "too old to know");
    }
}
