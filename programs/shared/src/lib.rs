//! What the four programs share: exact integer math, token accounts and transfers, hashing, tables of votable parameters,
//! pauses, returned data, the number of a version, whom to tell about a vulnerability, and the check that only the deployer initializes a
//! program.
//!
//! Nothing here knows an Assay account or an error code of a program. Checks return a `bool`, an `Option` or a fault, and
//! the program names the rule that was broken.
#![cfg_attr(target_os = "solana", no_std)]
// Code that runs on chain neither panics nor overflows nor cuts a number off; a test fails by panicking.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::unwrap_used
    )
)]

extern crate alloc;

pub mod deployer;
pub mod error;
pub mod event;
pub mod hash;
pub mod math;
pub mod merkle;
pub mod param;
pub mod pause;
pub mod return_data;
pub mod security;
pub mod token;
pub mod version;
