use crate::{
    error::MarketError,
    event::TasksCancelled,
    state::{task_of, JobAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CancelJob {
    #[account(address = job.requester @ MarketError::NotRequester)]
    pub requester: Signer,
    #[account(mut)]
    pub job: JobAccount,
}

impl CancelJob {
    /// Claimed tasks of the range go on: a worker that has begun is not cheated of its pay. The money returns with
    /// `close_job`.
    ///
    /// Errors: `NoSuchTask`, `NothingToCancel`.
    pub fn cancel_job(&mut self, first_task: u32, count: u32) -> Result<()> {
        let end = first_task
            .checked_add(count)
            .filter(|end| *end <= self.job.task_count.get())
            .ok_or(MarketError::NoSuchTask)?;
        let mut cancelled = 0u32;
        for index in first_task..end {
            let mut task = task_of(&mut self.job, index)?;
            if task.is_untouched() {
                task.cancel();
                self.job.book_verdict(false)?;
                cancelled = cancelled.saturating_add(1);
            }
        }
        if cancelled == 0 {
            return Err(MarketError::NothingToCancel.into());
        }
        emit!(TasksCancelled {
            job: *self.job.address(),
            first_task: first_task.into(),
            count: count.into(),
            cancelled: cancelled.into(),
        });
        Ok(())
    }
}
