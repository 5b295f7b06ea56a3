//! Parameters of governance.

use crate::{keypairs, DAY, HOUR};
use assay_governance::instructions::{FloorsConfig, GovernanceConfig};

/// Seconds.
pub const NOTICE: u64 = DAY;
pub const VOTING_TIME: u64 = 3 * DAY;
pub const HOLD_UP: u64 = 2 * DAY;
pub const EXECUTION_WINDOW: u64 = 5 * DAY;
pub const MIN_LOCK: u64 = 7 * DAY;
pub const MAX_LOCK: u64 = 365 * DAY;
/// Least yes weight of a proposal. It lies above [`FLOOR_WEIGHT`], so that tests see both.
pub const THRESHOLD: u64 = 50_000_000;
/// Basis points.
pub const FLOOR_BPS: u64 = 1;
/// Weight of one basis point of the genesis supply of [`rewards`](super::rewards) in the longest locks.
pub const FLOOR_WEIGHT: u64 = 40_000_000;
/// Weight that passes any proposal by itself while little else is locked, base units of the vote mint in the shortest lock.
pub const MAJORITY: u64 = 100_000_000;
/// Base units of the vote mint.
pub const DEPOSIT: u64 = 500;
/// Basis points.
pub const SPEND_BPS: u64 = 1_000;

/// The actor that is the first guardian.
pub const GUARDIAN: &str = "guardian";

/// The least values that votes can set.
pub const FLOORS: FloorsConfig = FloorsConfig {
    notice: 12 * HOUR,
    voting_time: DAY,
    hold_up: DAY,
    execution_window: 2 * DAY,
    threshold: 1_000,
};

/// Returns a valid configuration. A proposal needs a tenth of all weight to vote.
pub fn config() -> GovernanceConfig {
    GovernanceConfig {
        quorum_bps: 1_000,
        threshold: THRESHOLD,
        voting_time: VOTING_TIME,
        hold_up: HOLD_UP,
        execution_window: EXECUTION_WINDOW,
        proposal_deposit: DEPOSIT,
        min_lock: MIN_LOCK,
        max_lock: MAX_LOCK,
        notice: NOTICE,
        spend_bps: SPEND_BPS,
        floors: FLOORS,
        floor_bps: FLOOR_BPS,
        guardian: keypairs::address_of(GUARDIAN),
    }
}
