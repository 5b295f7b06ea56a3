//! Executes what a vote decided.

mod execute_proposal;
mod execute_upgrade;
mod mints;
mod parameters;
mod return_buffer;
mod treasury;

pub use execute_proposal::*;
pub use execute_upgrade::*;
pub use return_buffer::*;
