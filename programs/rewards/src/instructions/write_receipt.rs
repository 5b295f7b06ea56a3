use crate::{
    error::RewardsError,
    event::{emit, ReceiptWritten},
    state::{proven_seat, receipt_address, set_output, ReceiptAccount, ReceiptArgs},
};
use anchor_lang::prelude::*;
use assay_market::state::JobAccount;

/// An earlier top-level instruction of the same transaction creates the receipt's account. That saves a CPI and the search of
/// an address; everything that matters about the account is checked here.
#[derive(Accounts)]
pub struct WriteReceipt {
    /// Has paid the rent of the receipt, gets it back at its closing, and signs. Any wallet.
    pub payer: Signer,
    /// Any job of the market. Checked by its program and its type.
    pub job: JobAccount,
    /// A zeroed account of this program, of the receipt's exact size, at the payer's address. Each payer has its own of a result,
    /// so that nobody takes the place of a receipt that others need by one without output or with a short lifetime. Checked by
    /// the verb.
    #[account(zeroed)]
    pub receipt: ReceiptAccount,
}

impl WriteReceipt {
    /// # Specification
    /// - The job shall have the task (`MarketError::NoSuchTask`).
    /// - The task shall have ended with a proven result (`NotVerified`).
    /// - The lifetime shall lie within its limits (`BadLifetime`).
    /// - The output that the receipt keeps shall not be too long (`OutputTooLong`).
    /// - The record that the arguments describe shall have the verified digest (`WrongRecord`).
    /// - The output that the receipt keeps shall be the record's (`WrongOutput`).
    /// - The path shall lead from the input to the root of the task's manifest (`WrongInput`).
    /// - The receipt shall lie at the address that follows from payer, posting and task (`WrongAccount`).
    /// - The receipt's account shall have the exact size of the output that it keeps (`WrongAccount`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `args` - the result's record, the input with its path, the output to keep, and the lifetime.
    pub fn write_receipt(ctx: &mut Context<Self>, task: u32, args: ReceiptArgs) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let first = proven_seat(job, task, now)?;
        args.validate(job, task, &first.hash)?;
        let payer = *accounts.payer.address();
        if *accounts.receipt.address() != receipt_address(&payer, &job.seed, task) {
            return Err(RewardsError::WrongAccount.into());
        }
        let closes_at = clock
            .unix_timestamp
            .saturating_add(i64::from(args.lifetime));
        let receipt = &mut accounts.receipt;
        receipt.fill(job, &first, &args);
        receipt.task = task.into();
        receipt.job = *job.address();
        receipt.payer = payer;
        receipt.closes_at = closes_at.into();
        set_output(receipt, args.output.as_deref().unwrap_or(&[]))?;
        emit(ReceiptWritten {
            receipt: *receipt.address(),
            job: receipt.job,
            digest: first.hash,
            closes_at: receipt.closes_at,
            task: receipt.task,
        });
        Ok(())
    }
}
