//! The protocol under test: the parameters it is initialized with, the terms of its jobs and the work on them.

pub mod governance;
pub mod market;
pub mod rewards;
pub mod staking;
pub mod work;
