//! One function per instruction, built by the program crates' own generated account lists and arguments.

pub mod governance;
pub mod market;
pub mod rewards;
pub mod staking;
pub mod token;
