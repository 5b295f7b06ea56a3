//! The only code that builds, sends and confirms Assay transactions.
//!
//! `address` says where accounts live and `instruction` builds instructions, both from the program crates' own
//! generated code. With the feature `rpc`, `Client` reads accounts through the program crates' own types and takes a
//! transaction from instructions to confirmation.

pub mod address;
#[cfg(feature = "rpc")]
mod client;
#[cfg(feature = "rpc")]
mod confirmation;
#[cfg(feature = "rpc")]
pub mod due;
#[cfg(feature = "rpc")]
mod error;
pub mod instruction;
#[cfg(feature = "rpc")]
mod job;
#[cfg(feature = "rpc")]
mod layout;
#[cfg(feature = "rpc")]
mod rules;
#[cfg(feature = "rpc")]
mod transaction;
pub mod units;

pub use anchor_lang::Address;
pub use solana_instruction::Instruction;
#[cfg(feature = "rpc")]
pub use {
    client::Client,
    error::{Error, Result},
    job::JobView,
    layout::{decode, space_of, Record},
    rules::{rule_of, Rule},
    solana_keypair::Keypair,
    solana_signature::Signature,
    solana_signer::Signer,
    transaction::{Signed, LAMPORTS_PER_SIGNATURE},
};
