//! What the four programs share and none of them owns: exact integer maths, token movements, hashing,
//! tables of votable parameters and the check that only the deployer initializes a program.
//!
//! Nothing here knows an Assay account or raises a program's error: checks answer `Option` or `bool`, and the
//! program names the rule that was broken.
#![cfg_attr(target_os = "solana", no_std)]
// The lints are for what runs on chain: a test fails by panicking.
#![cfg_attr(test, allow(clippy::pedantic, clippy::restriction))]

pub mod deployer;
pub mod error;
pub mod hash;
pub mod maths;
pub mod param;
pub mod token;
