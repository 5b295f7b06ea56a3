//! Figures that must agree.

use anyhow::{bail, Result};
use std::fmt::Debug;

/// Says that `what` is as it must be, or fails with both figures.
pub fn equal<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found != expected {
        bail!("{what}: found {found:?}, expected {expected:?}");
    }
    eprintln!("  ok  {what}: {found:?}");
    Ok(())
}

/// Says that a balance grew by exactly `expected`, or fails with both figures.
pub fn change(what: &str, after: u64, before: u64, expected: u64) -> Result<()> {
    let grown = i128::from(after) - i128::from(before);
    equal(what, grown, i128::from(expected))
}

/// Says that `what` holds, or fails.
pub fn holds(what: &str, condition: bool) -> Result<()> {
    if !condition {
        bail!("not so: {what}");
    }
    eprintln!("  ok  {what}");
    Ok(())
}
