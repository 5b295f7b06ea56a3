//! Sending transactions.

use super::{TestContext, TransactionFailure, TransactionResult};
use crate::{Instruction, Keypair, Signer};
use solana_transaction::Transaction;

impl TestContext {
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
        match self.svm.send_transaction(transaction) {
            Ok(executed) => Ok(TransactionResult::new(executed)),
            Err(failed) => Err(TransactionFailure::new(failed)),
        }
    }
}
