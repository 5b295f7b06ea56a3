//! What to do next, from what the chain shows: pure functions over jobs.

mod claims;
mod cranks;
mod fees;
mod load;
mod risk;
mod scouts;

pub use assay_client::cranks::{due_task_crank, is_sealed, TaskCrank};
pub use claims::{plan_claims, Bidder, Estimate};
pub use cranks::{penalizable, should_fund_ata, turn_order};
pub use fees::{affordable, transactions_ahead, FEE};
pub use load::{worst_case, Load, Run};
pub use risk::is_bearable;
pub use scouts::{plan_scouts, Prospect};

#[cfg(test)]
mod tests;
