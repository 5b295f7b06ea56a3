use crate::{
    bytes::commitment,
    error::MarketError,
    event::ResultRevealed,
    state::{task_of, JobAccount, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RevealResult {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl RevealResult {
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - Every open seat of the task shall have committed (`RevealNotOpen`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall wait for a reveal (`NotCommitted`).
    /// - The seat's deadline shall not have passed (`DeadlinePassed`).
    /// - Digest and salt shall hash to the commitment (`WrongReveal`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `replica` - index of the seat in the task.
    /// - `digest` - digest of the result, see `bytes::result_digest`.
    /// - `salt` - random bytes that the commitment hides the digest with.
    pub fn reveal_result(
        ctx: &mut Context<Self>,
        task: u32,
        replica: u8,
        digest: [u8; 32],
        salt: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let job = *accounts.job.address();
        let opening = commitment(&job, task, accounts.worker.address(), &digest, &salt);
        let seats = task_of(&mut accounts.job, task)?;
        if !seats.is_sealed() {
            return Err(MarketError::RevealNotOpen.into());
        }
        let seat = seats
            .seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.reveal(accounts.worker.address(), &digest, &opening, now)?;
        emit!(ResultRevealed {
            job,
            digest,
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
