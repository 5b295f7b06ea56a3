//! Times of the clocks under test, in seconds.

pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

/// What the clock shows at the start: 2026-01-01, midnight UTC, Unix seconds.
pub(crate) const START: i64 = 1_767_225_600;
