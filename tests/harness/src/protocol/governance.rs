//! Parameters of governance.

use crate::DAY;
use assay_governance::instructions::GovernanceConfig;

/// Seconds.
pub const VOTING_TIME: u64 = 3 * DAY;
pub const HOLD_UP: u64 = 2 * DAY;
pub const EXECUTION_WINDOW: u64 = 5 * DAY;
pub const MIN_LOCK: u64 = 7 * DAY;
pub const MAX_LOCK: u64 = 365 * DAY;
/// Least yes weight of a proposal.
pub const THRESHOLD: u64 = 1_000;
/// Base units of the vote mint.
pub const DEPOSIT: u64 = 500;

/// A valid configuration. A proposal needs a tenth of all weight to vote.
pub const CONFIG: GovernanceConfig = GovernanceConfig {
    quorum_bps: 1_000,
    threshold: THRESHOLD,
    voting_time: VOTING_TIME,
    hold_up: HOLD_UP,
    execution_window: EXECUTION_WINDOW,
    proposal_deposit: DEPOSIT,
    min_lock: MIN_LOCK,
    max_lock: MAX_LOCK,
};
