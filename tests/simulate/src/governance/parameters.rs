//! The parameters of mainnet that decide about stake, votes and treasury: times in days, amounts in whole ASSAY.

/// Length of an epoch.
pub const EPOCH: f64 = 1.0;
/// Epochs over which a provider's rewards are streamed, and in which an epoch can be claimed.
pub const CLAIM_EPOCHS: u32 = 10;
/// Time that stake takes to leave, from the end of the span in which it began.
pub const UNBONDING: f64 = 21.0;
/// Longest time from a claim to the verdict that can penalize it; a little more in truth, which makes joining later.
pub const EXPOSURE: f64 = 13.0;
/// What a delegation waits beyond the exposure.
pub const JOIN_SLACK: f64 = 1.0;

/// From the publication of a proposal to the earliest opening of its vote.
pub const NOTICE: f64 = 5.0;
/// Length of a vote.
pub const VOTING: f64 = 7.0;
/// From the end of a vote to its effect.
pub const HOLD_UP: f64 = 8.0;
/// In which a passed proposal is executed.
pub const WINDOW: f64 = 8.0;
/// Shortest lock, whose tokens weigh once.
pub const MIN_LOCK: f64 = 7.0;
/// Longest lock, whose tokens weigh [`MAX_FACTOR`] times.
pub const MAX_LOCK: f64 = 1_460.0;
/// Weight of a token in the longest lock.
pub const MAX_FACTOR: f64 = 4.0;
/// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points.
pub const FLOOR_BPS: u64 = 1_010;
/// Least weight of the yes votes.
pub const THRESHOLD: u64 = 1_000_000;
/// Least turnout, basis points of all weight.
pub const QUORUM_BPS: u64 = 1_000;
/// Most that one proposal takes out of the treasury's tokens of a mint, basis points.
pub const SPEND_BPS: u64 = 1_000;
/// Days between two proposals that spend.
pub const SPEND_GAP: f64 = 7.0;

/// Most tokens that may ever be minted.
pub const CAP: u64 = 1_000_000_000;
/// Tokens before the first epoch.
pub const GENESIS: u64 = 200_000_000;
/// Tokens of an epoch in the first halving interval.
pub const EMISSION: u64 = 273_500;
/// Epochs after which the emission halves.
pub const HALVING: u64 = 1_461;
/// Workers' share of what is minted, basis points.
pub const WORKERS_BPS: u64 = 6_000;
/// Stakers' share of what is minted, basis points.
pub const STAKERS_BPS: u64 = 3_000;
/// Most that an epoch mints against the worth of its fees, basis points.
pub const KAPPA_BPS: u64 = 5_000;
/// Base units of one ASSAY.
pub const UNITS: u64 = 1_000_000_000;

/// What capital costs a year. An assumption.
pub const RATE: f64 = 0.2;
/// Days of a year.
pub const YEAR: f64 = 365.0;
/// What a token loses of its worth when a vote empties the treasury into private pockets. An assumption; the report says from which
/// fall on a raid loses.
pub const FALL: f64 = 0.5;
