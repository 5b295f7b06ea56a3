#![allow(
    unused_variables,
    reason = "Anchor's derive binds arguments that it does not use"
)]

use crate::{
    event::ReceiptWritten,
    state::{proven_seat, set_output, ReceiptAccount, ReceiptArgs},
};
use anchor_lang::prelude::*;
use assay_market::state::JobAccount;

#[derive(Accounts)]
#[instruction(task: u32, args: ReceiptArgs)]
pub struct WriteReceipt {
    /// Pays the rent of the receipt, gets it back at its closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// Any job of the market. Checked by its program and its type.
    pub job: JobAccount,
    /// The receipt, created here. Each payer has its own of a result, so that nobody takes the place of a receipt that others
    /// need by one without output or with a short lifetime.
    #[account(
        init,
        payer = payer,
        space = ReceiptAccount::space_for(args.inline_len()),
        seeds = [b"receipt", &job.seed, &task.to_le_bytes(), payer.address().as_ref()],
        bump
    )]
    pub receipt: ReceiptAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
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
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `args` - the result's record, the input with its path, the output to keep, and the lifetime.
    pub fn write_receipt(ctx: &mut Context<Self>, task: u32, args: ReceiptArgs) -> Result<()> {
        let bump = ctx.bumps.receipt;
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let first = proven_seat(job, task, now)?;
        args.validate(job, task, &first.hash)?;
        let closes_at = clock
            .unix_timestamp
            .saturating_add(i64::from(args.lifetime));
        let receipt = &mut accounts.receipt;
        receipt.fill(job, &first, &args);
        receipt.bump = bump;
        receipt.task = task.into();
        receipt.job = *job.address();
        receipt.payer = *accounts.payer.address();
        receipt.closes_at = closes_at.into();
        set_output(receipt, args.output.as_deref().unwrap_or(&[]))?;
        emit!(ReceiptWritten {
            receipt: *receipt.address(),
            job: receipt.job,
            digest: first.hash,
            closes_at: receipt.closes_at,
            task: receipt.task,
        });
        Ok(())
    }
}
