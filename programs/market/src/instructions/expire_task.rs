use crate::{
    error::MarketError,
    event::{SlotsExpired, TaskRefunded},
    state::{task_of, JobAccount},
};
use anchor_lang::prelude::*;

/// Nobody signs: what is overdue follows from the job and the clock.
#[derive(Accounts)]
pub struct ExpireTask {
    #[account(mut)]
    pub job: JobAccount,
}

impl ExpireTask {
    /// Errors: `TaskDecided`, `NothingOverdue`.
    pub fn expire_task(&mut self, task: u32) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let claiming = self.job.is_claiming(now);
        let reveal_by = self.job.reveal_by(now)?;
        let mut slots = task_of(&mut self.job, task)?;
        if slots.is_decided() {
            return Err(MarketError::TaskDecided.into());
        }
        let missed = slots.expire(now, claiming)?;
        slots.open_reveal_if_sealed(reveal_by);
        let refunded = slots.is_decided();
        self.job.book_finished(missed)?;
        let job = *self.job.address();
        emit!(SlotsExpired {
            job,
            task: task.into(),
            missed: missed.into(),
        });
        if refunded {
            self.job.book_verdict(false)?;
            emit!(TaskRefunded {
                job,
                task: task.into(),
            });
        }
        Ok(())
    }
}
