//! Unix times as people read them.

use std::time::{Duration, SystemTime};

/// `2026-01-02T03:04:05Z`, or the number itself when no calendar has it.
pub fn format_time(unix: i64) -> String {
    let since = u64::try_from(unix).ok().map(Duration::from_secs);
    match since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)) {
        // The year 9999 is where the format ends.
        Some(time) if unix < 253_402_300_800 => humantime::format_rfc3339_seconds(time).to_string(),
        _ => unix.to_string(),
    }
}
