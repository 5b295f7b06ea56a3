//! Status of a worker's work of one epoch, from its tally to the claim.

use assay_market::state::Params;
use assay_rewards::state::{claims_open, Claims, Emission};
use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EpochStatus {
    /// The work is not in the epoch's sum yet.
    Untallied,
    /// The work was not in the sum when the tally window ended; it earns nothing.
    Missed,
    /// The work is in the sum; the epoch is not finalized yet.
    Tallied,
    /// The share can be claimed.
    Claimable,
    /// The share was claimed.
    Claimed,
    /// The share was not claimed in time, or the epoch was not finalized in time.
    Closed,
}

impl fmt::Display for EpochStatus {
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

/// What decides the status of a worker's work of one epoch.
#[derive(Clone, Copy)]
pub struct EpochFacts<'a> {
    pub epoch: u64,
    /// The worker's weight is in the epoch's sum.
    pub tallied: bool,
    /// The epoch's rewards account exists.
    pub finalized: bool,
    /// The epochs that the provider was paid for.
    pub claims: Claims,
    pub params: &'a Params,
    pub emission: &'a Emission,
    /// The chain's time, Unix seconds.
    pub now: i64,
}

impl EpochFacts<'_> {
    /// Returns the status of the work.
    pub fn status(&self) -> EpochStatus {
        let epoch = self.epoch;
        if is_claimed(self.claims, epoch) {
            return EpochStatus::Claimed;
        }
        let window_end = self.params.tally_end(epoch);
        let window_over = window_end.is_ok_and(|end| end <= self.now);
        let current = self.params.epoch_at(self.now).unwrap_or(0);
        let passed_over = epoch < self.emission.due_epoch(current);
        match (self.tallied, self.finalized) {
            (false, _) if window_over => EpochStatus::Missed,
            (false, _) => EpochStatus::Untallied,
            _ if !claims_open(epoch, current) => EpochStatus::Closed,
            (true, true) => EpochStatus::Claimable,
            (true, false) if passed_over => EpochStatus::Closed,
            (true, false) => EpochStatus::Tallied,
        }
    }
}

/// Returns true if the claim record contains the epoch. It remembers as many epochs as its bitmap has bits.
fn is_claimed(claims: Claims, epoch: u64) -> bool {
    let age = claims.newest.saturating_sub(epoch);
    claims.with(epoch).is_none() && age < u64::from(u64::BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;
    use EpochStatus::{Claimable, Closed, Missed, Tallied, Untallied};

    /// Returns the status of unclaimed work of epoch 5. Epochs last an hour and have ten minutes to tally; `next_epoch` is the
    /// oldest epoch that is neither finalized nor skipped.
    fn status(tallied: bool, finalized: bool, next_epoch: u64, now: i64) -> EpochStatus {
        let params = Params {
            epoch_length: 3_600.into(),
            tally_window: 600.into(),
            ..Params::zeroed()
        };
        let emission = Emission {
            next_epoch: next_epoch.into(),
            ..Emission::zeroed()
        };
        let facts = EpochFacts {
            epoch: 5,
            tallied,
            finalized,
            claims: Claims::default(),
            params: &params,
            emission: &emission,
            now,
        };
        facts.status()
    }

    #[test]
    fn work_is_tallied_in_its_window_or_lost() {
        let end = 6 * 3_600;
        assert_eq!(status(false, false, 5, end - 1), Untallied);
        assert_eq!(status(false, false, 5, end + 599), Untallied);
        assert_eq!(status(false, false, 5, end + 600), Missed);
        assert_eq!(status(false, true, 6, end + 600), Missed);
    }

    #[test]
    fn tallied_work_is_finalized_and_claimed_in_time_or_lost() {
        let in_epoch = |epoch: i64| epoch * 3_600;
        assert_eq!(status(true, false, 5, in_epoch(7)), Tallied);
        assert_eq!(status(true, true, 6, in_epoch(7)), Claimable);
        assert_eq!(status(true, true, 6, in_epoch(14)), Claimable);
        assert_eq!(status(true, true, 6, in_epoch(15)), Closed);
        assert_eq!(status(true, false, 6, in_epoch(7)), Closed);
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
