//! The time of the cluster.

use anchor_lang::prelude::*;

/// Returns the Unix time, seconds. Out of line, because most instructions need it: less bytecode.
///
/// # Errors
/// As `Clock::get`.
#[inline(never)]
pub(crate) fn now() -> Result<i64> {
    Ok(Clock::get()?.unix_timestamp)
}
