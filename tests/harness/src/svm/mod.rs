//! The programs on LiteSVM: named actors, real tokens and a clock that tests set.

mod accounts;
mod clock;
mod deployment;
mod expected_error;
mod helpers;
mod raw;
pub mod token_2022;
mod tokens;
mod transaction_result;

pub use deployment::next_version;
pub use expected_error::{account_exists, assert_fails, ExpectedError, TransactionFailure};
pub use helpers::{
    attester_keys, contributed, five, forty_five, seat_of, sign_attestation, sign_bytes, ATTESTERS,
    MEMBERS, WORKERS,
};
pub use transaction_result::TransactionResult;

use crate::{keypairs, Address, Instruction, Keypair, Signer};
use litesvm::LiteSVM;
use solana_transaction::Transaction;

/// A cluster of one validator with the Assay programs deployed and nothing initialized.
///
/// It is cheap to make and to clone, so a property test can start every case from one prepared context.
#[derive(Clone)]
pub struct TestContext {
    pub(crate) svm: LiteSVM,
}

impl TestContext {
    /// # Panics
    /// If the programs are not built.
    pub fn new() -> Self {
        let mut context = Self {
            svm: deployment::deployed(),
        };
        context.start_clock();
        context
    }

    /// Returns the keypair of the actor of this name. The first call funds it with SOL.
    pub fn actor(&mut self, name: &str) -> Keypair {
        let actor = keypairs::keypair(name);
        if self.svm.get_balance(&actor.pubkey()).is_none() {
            self.send_lamports(&actor.pubkey(), keypairs::LAMPORTS);
        }
        actor
    }

    /// Returns the address of the actor of this name. The first call funds it with SOL.
    pub fn address_of(&mut self, name: &str) -> Address {
        self.actor(name).pubkey()
    }

    /// Sends `lamports` from the faucet to any address.
    pub fn send_lamports(&mut self, to: &Address, lamports: u64) {
        self.svm.airdrop(to, lamports).expect("the faucet is full");
    }

    /// Sends one transaction. The first signer pays the fee.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<TransactionResult, TransactionFailure> {
        let payer = signers.first().expect("a transaction has a payer");
        let transaction = Transaction::new_signed_with_payer(
            instructions,
            Some(&payer.pubkey()),
            signers,
            self.svm.latest_blockhash(),
        );
        let keys = transaction.message.account_keys.clone();
        match self.svm.send_transaction(transaction) {
            Ok(executed) => Ok(TransactionResult::new(executed, &keys)),
            Err(failed) => Err(TransactionFailure::new(failed)),
        }
    }
}

impl Default for TestContext {
    fn default() -> Self {
        Self::new()
    }
}
