//! The sums of accepted work by epoch, which the rewards program divides the emission by.

mod close_work;
mod tally_work;

pub use close_work::*;
pub use tally_work::*;
