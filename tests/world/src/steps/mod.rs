//! Preparations that many tests share, one file per program.

pub mod market;
pub mod governance;
pub mod staking;
