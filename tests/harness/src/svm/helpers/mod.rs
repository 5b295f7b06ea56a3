//! Steps that many tests share, one file per program.

mod governance;
mod market;
mod rewards;
mod staking;

pub use market::{contributed, five, forty_five, seat_of, MEMBERS, WORKERS};
