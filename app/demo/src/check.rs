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

/// Says that `what` holds, or fails.
pub fn holds(what: &str, condition: bool) -> Result<()> {
    if !condition {
        bail!("not so: {what}");
    }
    eprintln!("  ok  {what}");
    Ok(())
}
