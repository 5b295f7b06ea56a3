//! Steps that many tests share, one file per program.

mod governance;
mod market;
mod rewards;
mod staking;
