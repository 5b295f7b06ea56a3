use crate::{
    error::MarketError,
    event::ResultCommitted,
    state::{task_of, JobAccount, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CommitResult {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl CommitResult {
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall wait for a commitment (`NotClaimed`).
    /// - The seat's deadline shall not have passed (`DeadlinePassed`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `replica` - index of the seat in the task.
    /// - `commitment` - hash that binds the worker to its result, see `bytes::commitment`.
    pub fn commit_result(
        ctx: &mut Context<Self>,
        task: u32,
        replica: u8,
        commitment: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let reveal_by = accounts.job.reveal_by(now)?;
        let mut seats = task_of(&mut accounts.job, task)?;
        let seat = seats
            .seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.commit(accounts.worker.address(), &commitment, now)?;
        let opened = seats.open_reveal_if_sealed(reveal_by);
        emit!(ResultCommitted {
            job: *accounts.job.address(),
            commitment,
            reveal_by: if opened { reveal_by } else { 0 }.into(),
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
