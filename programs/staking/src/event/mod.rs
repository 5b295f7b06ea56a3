//! The events of the staking program, one for each state change, by topic. They suffice to rebuild the accounts from the logs.

mod admin;
mod attesters;
mod collateral;
mod delegation;
mod provider;
mod rewards;

pub(crate) use assay_shared::event::emit_shared as emit;

pub use admin::*;
pub use attesters::*;
pub use collateral::*;
pub use delegation::*;
pub use provider::*;
pub use rewards::*;
