//! What to do next, from what the chain shows: pure functions over jobs.

mod claims;
mod cranks;

pub use claims::{plan_claims, Bidder};
pub use cranks::{due, is_sealed, penalties, rank, TaskCrank};

#[cfg(test)]
mod tests;
