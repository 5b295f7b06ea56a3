//! Decides what the node takes on: pure functions over jobs and configuration.
//!
//! - [`open_seats`]: which seats are to be taken, and from when on.
//! - [`select`]: which of them to claim.
//! - [`capacity`]: what this machine can run in time.
//! - [`limits`]: what a claim may cost, in collateral and in SOL.
//! - [`price`]: what a seat has to pay.
//! - [`priority`]: what a transaction pays for its place in a block.
//! - [`requirements`]: which seats the requirements of a job bind.
//! - [`share`]: which results a watcher runs again.

mod capacity;
mod limits;
mod open_seats;
mod price;
mod priority;
mod requirements;
mod select;
mod share;

pub use capacity::{max_runtime, Load, ScheduledRun};
pub use limits::{claims_covered_by, is_bond_acceptable, is_runtime_known, pending_fees, FEE};
pub use open_seats::{open_seats, OpenSeat};
pub use price::{AmountByMint, PriceFloor, Prices, WholeTokens};
pub use priority::priority_fee;
pub use requirements::is_bound;
pub use select::{plan_claims, ClaimBudget, Estimate, PlannedClaim};
pub use share::is_in_share;
