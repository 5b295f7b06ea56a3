//! Checks that print what agrees and fail with what does not.

use anyhow::{bail, Result};
use std::fmt::Debug;

/// Checks that a figure is as expected. Fails with both figures.
pub fn equal<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found != expected {
        bail!("{what}: found {found:?}, expected {expected:?}");
    }
    eprintln!("  ok  {what}: {found:?}");
    Ok(())
}

/// Checks that a balance grew by exactly `expected`. Fails with both figures.
pub fn change(what: &str, after: u64, before: u64, expected: u64) -> Result<()> {
    let grown = i128::from(after) - i128::from(before);
    equal(what, grown, i128::from(expected))
}

/// Checks a condition. Fails with `what`.
pub fn holds(what: &str, condition: bool) -> Result<()> {
    if !condition {
        bail!("not so: {what}");
    }
    eprintln!("  ok  {what}");
    Ok(())
}
