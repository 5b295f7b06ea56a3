use crate::{
    error::MarketError,
    event::{emit, TasksCancelled},
    game::Phase,
    state::{task_of, JobAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CancelJob {
    /// The job's requester, who signs. Checked by its address.
    #[account(address = job.requester @ MarketError::NotRequester)]
    pub requester: Signer,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
}

impl CancelJob {
    /// Claimed tasks of the range go on, so that a worker that has begun is paid. The money of cancelled tasks returns with
    /// `close_job`. Cancelling is free, because nothing rests on who has the first seat: whoever checks it is drawn later.
    ///
    /// # Specification
    /// - The signer shall be the job's requester (`NotRequester`).
    /// - The range shall lie within the job (`NoSuchTask`).
    /// - At least one task of the range shall be unclaimed (`NothingToCancel`).
    ///
    /// # Arguments
    /// - `first_task` - index of the first task of the range.
    /// - `count` - number of tasks in the range.
    pub fn cancel_job(ctx: &mut Context<Self>, first_task: u32, count: u32) -> Result<()> {
        let job = &mut ctx.accounts.job;
        let end = first_task
            .checked_add(count)
            .filter(|end| *end <= job.task_count.get())
            .ok_or(MarketError::NoSuchTask)?;
        let mut cancelled = 0u32;
        for index in first_task..end {
            let mut task = task_of(job, index)?;
            let before = task.phase();
            if task.cancel().is_ok() {
                job.book_phase(before, Phase::Cancelled, 0)?;
                cancelled = cancelled.saturating_add(1);
            }
        }
        if cancelled == 0 {
            return Err(MarketError::NothingToCancel.into());
        }
        emit(TasksCancelled {
            job: *job.address(),
            first_task: first_task.into(),
            count: count.into(),
            cancelled: cancelled.into(),
        });
        Ok(())
    }
}
