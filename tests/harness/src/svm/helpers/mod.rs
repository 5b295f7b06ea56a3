//! Preparations that many tests share, one file per program.

pub mod governance;
pub mod market;
pub mod rewards;
pub mod staking;
