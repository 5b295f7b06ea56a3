//! Transactions and accounts without any help: for a search that makes both by itself.

use super::TestContext;
use crate::Address;
use litesvm::types::TransactionResult;
use solana_account::AccountSharedData;
use solana_transaction::{Message, Transaction};

impl TestContext {
    /// Stops checking and making signatures, and keeping logs: a search sends millions of transactions. From then on
    /// whoever builds an instruction must name as signers only keys that its sender has.
    pub fn trust_signatures(&mut self) {
        let svm = std::mem::take(&mut self.svm);
        self.svm = svm.with_sigverify(false).with_log_bytes_limit(Some(0));
    }

    /// Sends one transaction without signatures, after [`TestContext::trust_signatures`], with the newest blockhash.
    ///
    /// # Errors
    /// The error of whatever refuses the transaction.
    #[expect(
        clippy::result_large_err,
        reason = "the VM's own type, which is looked at once and dropped"
    )]
    pub fn send_unsigned(&mut self, mut message: Message) -> TransactionResult {
        message.recent_blockhash = self.svm.latest_blockhash();
        self.svm
            .send_transaction(Transaction::new_unsigned(message))
    }

    /// Returns the slots and hashes that the cluster remembers, newest first.
    pub fn slot_hashes(&self) -> Vec<(u64, [u8; 32])> {
        let hashes: solana_slot_hashes::SlotHashes = self.svm.get_sysvar();
        hashes
            .iter()
            .map(|(slot, hash)| (*slot, hash.to_bytes()))
            .collect()
    }

    /// Returns an account as the VM keeps it; its data is not copied.
    pub fn raw_account(&self, address: &Address) -> Option<AccountSharedData> {
        let account = self.svm.accounts_db().get_account(address);
        account.filter(|account| solana_account::ReadableAccount::lamports(account) > 0)
    }

    /// Writes an account without asking its program.
    ///
    /// # Panics
    /// If the account is executable and not loadable.
    pub fn put_account(&mut self, address: &Address, account: AccountSharedData) {
        self.svm
            .set_account(*address, account.into())
            .expect("the account is not executable");
    }
}
