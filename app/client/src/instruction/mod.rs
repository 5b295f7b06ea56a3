//! Builds instructions: one function per instruction of the four programs, from the program crates' own generated account
//! lists and arguments. Each doc says who signs.

pub mod governance;
pub mod market;
pub mod rewards;
pub mod staking;
pub mod token;
