//! One function per instruction, built by the program crates' own generated account lists and arguments.

pub mod market;
pub mod staking;
