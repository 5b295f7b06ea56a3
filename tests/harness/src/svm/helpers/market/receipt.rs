//! Receipts of verified results.

use crate::{
    instruction::{market::JobAddresses, rewards},
    pda::rewards as at,
    protocol::work::{input_of, inputs, record_of},
    Address, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_rewards::state::{Receipt, ReceiptArgs};
use assay_shared::merkle;

impl TestContext {
    /// Returns what shows an answer to a task of a job whose first segment has `count` tasks. The receipt keeps the output and
    /// stays for thirty days.
    pub fn receipt_args(
        &self,
        job: &JobAddresses,
        task: u32,
        count: u32,
        answer: &str,
    ) -> ReceiptArgs {
        let record = record_of(&self.job(job).0.seed, answer);
        let line = usize::try_from(task).expect("a small number");
        ReceiptArgs {
            exit_code: record.exit_code,
            fuel_used: record.fuel_used,
            output_hash: record.output,
            memory: record.memory,
            input: input_of(task),
            proof: merkle::proof(&inputs(count), line).expect("the task is in the manifest"),
            output: Some(answer.as_bytes().to_vec()),
            lifetime: u32::try_from(30 * DAY).expect("thirty days"),
        }
    }

    /// Writes a receipt at the cost of the actor. Returns its address.
    pub fn write_receipt(
        &mut self,
        name: &str,
        job: &JobAddresses,
        task: u32,
        args: ReceiptArgs,
    ) -> Result<TransactionResult, TransactionFailure> {
        let payer = self.actor(name);
        let seed = self.job(job).0.seed;
        let rent = |space| self.rent(space);
        let steps = rewards::write_receipt(payer.pubkey(), job.address, &seed, task, args, rent);
        self.send(&steps, &[&payer])
    }

    /// Returns the address of the receipt that the actor pays for.
    pub fn receipt_of(&mut self, name: &str, job: &JobAddresses, task: u32) -> Address {
        let (payer, seed) = (self.address_of(name), self.job(job).0.seed);
        at::receipt(&seed, task, &payer)
    }

    /// Returns a receipt, and the output if it keeps one.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn receipt(&self, address: &Address) -> (Receipt, Option<Vec<u8>>) {
        let data = self.data(address);
        let (receipt, output) = Receipt::read(&data).expect("the account is a receipt");
        (*receipt, output.map(<[u8]>::to_vec))
    }
}
