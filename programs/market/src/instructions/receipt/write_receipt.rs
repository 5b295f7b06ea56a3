#![allow(
    unused_variables,
    reason = "Anchor's derive binds arguments that it does not use"
)]

use crate::{
    event::{emit, ReceiptWritten},
    state::{set_output, task_parts, verified_digest, JobAccount, ReceiptAccount, ReceiptArgs},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(task: u32, args: ReceiptArgs)]
pub struct WriteReceipt {
    /// Pays the rent of the receipt, gets it back at its closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
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
    /// - The job shall have the task (`NoSuchTask`).
    /// - The lifetime shall lie within its limits (`BadLifetime`).
    /// - The output that the receipt keeps shall not be too long (`OutputTooLong`).
    /// - The task shall have ended with a proven result (`NotVerified`).
    /// - The record that the arguments describe shall have the verified digest (`WrongOpening`).
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
        let job_address = *accounts.job.address();
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let before = seats.phase();
        let after = seats.finish(now)?;
        let digest = verified_digest(&seats)?;
        args.validate(job, task, digest)?;
        let first = *seats.first()?;
        job.book_phase(before, after, first.winners)?;
        let receipt = &mut accounts.receipt;
        receipt.fill(job, &first, &args);
        receipt.bump = bump;
        receipt.task = task.into();
        receipt.job = job_address;
        receipt.payer = *accounts.payer.address();
        let closes_at = clock
            .unix_timestamp
            .saturating_add(i64::from(args.lifetime));
        receipt.closes_at = closes_at.into();
        set_output(receipt, args.output.as_deref().unwrap_or(&[]))?;
        emit(ReceiptWritten {
            receipt: *receipt.address(),
            job: job_address,
            digest: first.hash,
            closes_at: closes_at.into(),
            task: task.into(),
        });
        Ok(())
    }
}
