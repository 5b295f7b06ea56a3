//! What the four programs share: exact integer math, token accounts and transfers, hashing, tables of votable parameters,
//! and the check that only the deployer initializes a program.
//!
//! Nothing here knows an Assay account or an error code of a program. Checks return a `bool`, an `Option` or a fault, and
//! the program names the rule that was broken.
#![cfg_attr(target_os = "solana", no_std)]
// The lints are for code that runs on chain. A test fails by panicking.
#![cfg_attr(test, allow(clippy::pedantic, clippy::restriction))]

pub mod deployer;
pub mod hash;
pub mod math;
pub mod param;
pub mod token;
