//! The only code that builds, sends and confirms Assay transactions.
//!
//! `address` says where accounts live and `instruction` builds instructions, both from the program crates' own
//! generated code. With the feature `rpc`, `Client` reads accounts through the program crates' own types and takes a
//! transaction from instructions to confirmation.

#[cfg(feature = "rpc")]
mod account;
#[cfg(feature = "rpc")]
mod client;
#[cfg(feature = "rpc")]
mod confirmation;
#[cfg(feature = "rpc")]
pub mod cranks;
#[cfg(feature = "rpc")]
mod error;
pub mod format;
pub mod instruction;
#[cfg(feature = "rpc")]
mod job;
pub mod pda;
#[cfg(feature = "rpc")]
mod program_error;
#[cfg(feature = "rpc")]
mod transaction;

pub use anchor_lang::Address;
pub use solana_instruction::Instruction;
#[cfg(feature = "rpc")]
pub use {
    account::{account_size, decode, ProgramAccount},
    client::Client,
    error::{Error, Result},
    job::JobView,
    program_error::{rule_of, Rule},
    solana_keypair::Keypair,
    solana_signature::Signature,
    solana_signer::Signer,
    transaction::{SignedTransaction, LAMPORTS_PER_SIGNATURE},
};
