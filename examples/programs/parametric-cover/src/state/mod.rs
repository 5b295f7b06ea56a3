//! The account of the program and its rules.

mod cover;
mod terms;
#[cfg(test)]
mod tests;

pub use cover::Cover;
pub use terms::{CoverTerms, RunLimits};
