//! Decides what the node takes on: pure functions over jobs and configuration.
//!
//! - [`select`]: which seats to claim.
//! - [`capacity`]: what this machine can run in time.
//! - [`limits`]: what a claim may cost, in collateral and in SOL.

mod capacity;
mod limits;
mod select;

pub use capacity::{max_runtime, Load, ScheduledRun};
pub use limits::{claims_covered_by, is_bond_acceptable, pending_transactions, FEE};
pub use select::{plan_claims, ClaimBudget, Estimate};
