use crate::{
    error::MarketError,
    event::{emit, Contributed},
    game::contribution::Contribution,
    state::{task_parts, JobAccount, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct Contribute {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl Contribute {
    /// Nobody can read the result from the two hashes. Equal hashes of all seats agree; another one splits the task.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The seat shall be claimed and not delivered (`NotClaimed`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The deadline shall not have passed (`DeadlinePassed`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seat` - index of the seat in the task.
    /// - `hash` - agreement hash of the result.
    /// - `seal` - the worker's seal of the result.
    pub fn contribute(
        ctx: &mut Context<Self>,
        task: u32,
        seat: u8,
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let view = *accounts.job.view();
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let worker = accounts.worker.address();
        let contribution = Contribution { hash, seal };
        seats.contribute(usize::from(seat), worker, &contribution, now, &rules)?;
        let phase = seats.phase();
        job.book_contribution()?;
        emit(Contributed {
            job: *view.address(),
            task: task.into(),
            seat,
            phase: phase as u8,
        });
        Ok(())
    }
}
