//! How many checks a result is worth: the table that the simulator writes, and the look-up in it.

use serde::{Deserialize, Serialize};

/// The table as it is committed.
const TABLE: &str = include_str!("../worth.json");
/// More than this is never promised, prices.
pub const MOST_PROMISED: u64 = 1_000;
/// The share of the collateral that the table takes to collude, basis points.
pub const ASSUMED_SHARE_BPS: u64 = 3_000;
/// The numbers of checks that the table has, basis points.
pub const CHECKS: [u32; 9] = [
    1_500, 2_500, 4_000, 6_000, 8_000, 10_000, 20_000, 30_000, 40_000,
];

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Late seats of a task, basis points.
    pub checks_bps: u32,
    /// Largest outside prize for one wrong result at which no attack that was tried pays: the lower end of the 95 %
    /// interval, rounded down, at most [`MOST_PROMISED`]; prices.
    pub prize: u64,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// What the numbers are.
    pub description: String,
    /// Share of the collateral that is taken to collude, basis points.
    pub share_bps: u64,
    /// More checks, more worth.
    pub promises: Vec<Promise>,
}

impl Worth {
    /// Returns the committed table.
    ///
    /// # Panics
    /// When the committed file is broken; a test reads it.
    pub fn committed() -> Self {
        serde_json::from_str(TABLE).expect("the committed table is read by a test")
    }

    /// Makes a table of measured lower bounds. A line never promises more than one with more checks.
    pub fn new(measured: &[(u32, f64)]) -> Self {
        let mut promises: Vec<Promise> = measured
            .iter()
            .map(|(checks_bps, low)| Promise {
                checks_bps: *checks_bps,
                prize: low.clamp(0.0, MOST_PROMISED as f64) as u64,
            })
            .collect();
        promises.sort_by_key(|promise| promise.checks_bps);
        let mut least = MOST_PROMISED;
        for promise in promises.iter_mut().rev() {
            promise.prize = promise.prize.min(least);
            least = promise.prize;
        }
        Self {
            description: "Largest outside prize for one wrong result, in prices of a seat, at which no attack that \
                          `cargo xtask simulate` tries pays, for late seats in basis points."
                .into(),
            share_bps: ASSUMED_SHARE_BPS,
            promises,
        }
    }

    /// Returns the fewest checks, basis points, with which a wrong result costs at least `prize` prices; `None` where
    /// nothing in the table promises that much.
    pub fn checks_for(&self, prize: u64) -> Option<u32> {
        let enough = self.promises.iter().find(|promise| promise.prize >= prize);
        enough.map(|promise| promise.checks_bps)
    }
}

/// Returns the fewest checks, basis points, with which a wrong result costs at least `prize` prices by the committed
/// table; `None` where it promises less.
pub fn checks_for(prize: u64) -> Option<u32> {
    Worth::committed().checks_for(prize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_worth_needs_more_checks() {
        let worth = Worth::new(&[
            (1_500, 9.7),
            (10_000, 69.2),
            (20_000, 217.9),
            (40_000, 2_100.0),
        ]);
        assert_eq!(worth.checks_for(0), Some(1_500));
        assert_eq!(worth.checks_for(9), Some(1_500));
        assert_eq!(worth.checks_for(10), Some(10_000));
        assert_eq!(worth.checks_for(217), Some(20_000));
        assert_eq!(worth.checks_for(218), Some(40_000));
        assert_eq!(worth.checks_for(1_000), Some(40_000));
        assert_eq!(worth.checks_for(1_001), None);
    }

    #[test]
    fn fewer_checks_never_promise_more() {
        let worth = Worth::new(&[(1_500, 12.0), (2_500, 11.0)]);
        assert_eq!(worth.promises[0].prize, 11);
    }

    #[test]
    fn the_committed_table_is_sorted_and_promises_no_more_than_a_thousand() {
        let worth = Worth::committed();
        assert_eq!(worth.share_bps, ASSUMED_SHARE_BPS);
        assert!(worth
            .promises
            .is_sorted_by_key(|promise| promise.checks_bps));
        assert!(worth.promises.is_sorted_by_key(|promise| promise.prize));
        assert!(worth
            .promises
            .iter()
            .all(|promise| promise.prize <= MOST_PROMISED));
        assert!(checks_for(8).is_some());
    }
}
