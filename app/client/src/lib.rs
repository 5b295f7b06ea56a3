//! Client of the four Assay programs: addresses, instructions, events and errors from the program crates' own generated
//! code, and with the feature `rpc` the only code that reads the chain and sends transactions.
//!
//! - [`pda`]: addresses of all accounts.
//! - [`instruction`]: builds the instructions.
//! - [`events`]: decodes the events in a transaction's logs.
//! - [`ProgramError`]: names and explains the programs' error codes.
//! - [`JobView`], [`RoundView`], [`ReceiptView`]: the accounts of jobs, checks, rounds and receipts, and what their state means.
//! - [`read_url()`]: where a worker gives out content.
//! - [`Admission`]: when a worker's rank admits it to a seat.
//! - [`mod@format`]: amounts and durations as text.
//! - [`Client`] (feature `rpc`): reads accounts, and signs, sends and confirms transactions.
//! - [`Slashes`] (feature `rpc`): what was taken from a provider, out of the transactions of the past.
//! - [`cranks`] (feature `rpc`): which permissionless instructions are due, and the transactions that send them.

#[cfg(feature = "rpc")]
mod account;
mod admission;
pub mod ballot;
#[cfg(feature = "rpc")]
mod client;
#[cfg(feature = "rpc")]
pub mod cranks;
#[cfg(feature = "rpc")]
mod error;
pub mod events;
pub mod format;
#[cfg(feature = "rpc")]
mod history;
pub mod instruction;
mod job_view;
pub mod pda;
#[cfg(feature = "rpc")]
mod priority;
mod program_error;
mod read_url;
mod receipt_view;
#[cfg(feature = "rpc")]
mod slot_hashes;
#[cfg(feature = "rpc")]
mod transaction;

pub use admission::Admission;
pub use anchor_lang::Address;
pub use job_view::{JobView, RoundView};
pub use program_error::ProgramError;
pub use read_url::read_url;
pub use receipt_view::ReceiptView;
pub use solana_instruction::Instruction;
#[cfg(feature = "rpc")]
pub use {
    account::{account_size, ata_size, decode, MintAccount, ProgramAccount},
    client::Client,
    error::{Error, Rejection, Result},
    history::Slashes,
    priority::PRIORITY_SIZE,
    slot_hashes::SlotHashes,
    solana_keypair::Keypair,
    solana_signature::Signature,
    solana_signer::Signer,
    transaction::{
        transaction_size, SignedTransaction, LAMPORTS_PER_SIGNATURE, MAX_TRANSACTION_SIZE,
    },
};
