//! Sending.

use crate::{Failure, Instruction, Keypair, Receipt, Signer, TestContext};
use solana_transaction::Transaction;

impl TestContext {
    /// Sends one transaction; the first signer pays.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Receipt, Failure> {
        let payer = signers.first().expect("a transaction has a payer");
        let transaction = Transaction::new_signed_with_payer(
            instructions,
            Some(&payer.pubkey()),
            signers,
            self.svm.latest_blockhash(),
        );
        match self.svm.send_transaction(transaction) {
            Ok(executed) => Ok(Receipt::new(executed)),
            Err(failed) => Err(Failure::new(failed)),
        }
    }
}
