//! A small context for tests: the built programs on a real VM, named actors, real tokens, a clock that obeys.
//!
//! ```ignore
//! let mut context = TestContext::new();
//! context.staking_ready();
//! let bob = context.actor("bob");
//! context.provider("bob", 5_000);
//! context.advance(DAY);
//! let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 5_000)], &[&bob]);
//! ```
//!
//! A `TestContext` is cheap to make and to clone, so a property test can start every case from one prepared context.

mod account;
mod actor;
mod clock;
mod deployment;
mod failure;
mod forge;
mod receipt;
mod steps;
mod tamper;
mod token;
mod transaction;

pub use clock::{DAY, HOUR, MINUTE};
pub use deployment::DEPLOYER;
pub use failure::{account_exists, assert_fails, Failure, Rule};
pub use forge::{swapped, unsigned};
pub use receipt::Receipt;
pub use steps::{governance, market, rewards, staking};

pub use anchor_lang::{Address, Error as ProgramError, ErrorCode};
pub use assay_client::{instruction, pda};
pub use solana_instruction::Instruction;
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;

use litesvm::LiteSVM;

/// A cluster of one, with the Assay programs deployed and nothing initialised.
#[derive(Clone)]
pub struct TestContext {
    svm: LiteSVM,
}

impl TestContext {
    /// Panics when the programs are not built.
    pub fn new() -> Self {
        let mut context = Self {
            svm: deployment::deployed(),
        };
        context.start_clock();
        context
    }
}

impl Default for TestContext {
    fn default() -> Self {
        Self::new()
    }
}
