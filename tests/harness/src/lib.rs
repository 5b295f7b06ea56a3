//! One test harness with three back ends. A Cargo feature turns each one on, so that a suite compiles only what it runs on.
//!
//! - `svm` (on by default): [`TestContext`] runs the built programs on LiteSVM. It is cheap to make and to clone.
//! - `bank`: [`bank::Bank`] runs the built programs on the full bank of `solana-program-test`.
//! - `processes`: [`processes`] starts `assay localnet`, nodes and commands as processes of their own, with a faulty
//!   RPC proxy and a malicious blob server between them.
//!
//! ```ignore
//! let mut context = TestContext::new();
//! context.init_staking();
//! let bob = context.actor("bob");
//! context.provider("bob", 5_000);
//! context.advance(DAY);
//! let result = context.send(&[staking::begin_unbond(bob.pubkey(), 5_000)], &[&bob]);
//! ```

#[cfg(feature = "on-chain")]
mod attacks;
#[cfg(feature = "bank")]
pub mod bank;
#[cfg(feature = "on-chain")]
mod bytecode;
#[cfg(feature = "on-chain")]
pub mod keypairs;
#[cfg(feature = "processes")]
pub mod processes;
#[cfg(feature = "on-chain")]
mod protocol;
#[cfg(feature = "svm")]
mod svm;
#[cfg(feature = "on-chain")]
mod time;

#[cfg(feature = "svm")]
pub use svm::{
    account_exists, assert_fails, attester_keys, contributed, five, forty_five, next_version,
    seat_of, sign_attestation, sign_bytes, token_2022, ExpectedError, TestContext,
    TransactionFailure, TransactionResult, ATTESTERS, MEMBERS, WORKERS,
};
#[cfg(feature = "on-chain")]
pub use {
    anchor_lang::{Address, Error as ProgramError, ErrorCode},
    assay_client::{ballot, events, instruction, pda, JobView, RoundView},
    attacks::{replace_account, without_signature},
    keypairs::DEPLOYER,
    protocol::{governance, market, rewards, staking, work},
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    time::{DAY, HOUR, MINUTE},
};
