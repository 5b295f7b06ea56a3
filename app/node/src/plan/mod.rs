//! What to do next, from what the chain shows: pure functions over jobs.

mod claims;
mod cranks;

pub use assay_client::due::{due, is_sealed, TaskCrank};
pub use claims::{plan_claims, Bidder};
pub use cranks::{penalties, rank};

#[cfg(test)]
mod tests;
