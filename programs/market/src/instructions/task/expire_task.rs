use crate::{
    error::MarketError,
    event::{SeatsExpired, TaskRefunded},
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
        let mut seats = task_of(&mut self.job, task)?;
        if seats.is_decided() {
            return Err(MarketError::TaskDecided.into());
        }
        let expiry = seats.expire(now, claiming)?;
        let opened = seats.open_reveal_if_sealed(reveal_by);
        let refunded = seats.is_decided();
        self.job.book_finished(expiry.missed.len())?;
        let job = *self.job.address();
        emit!(SeatsExpired {
            job,
            reveal_by: if opened { reveal_by } else { 0 }.into(),
            task: task.into(),
            missed: expiry.missed.0.into(),
            closed: expiry.closed.0.into(),
            spares: expiry.spares,
        });
        if refunded {
            self.job.book_verdict(false)?;
            emit!(TaskRefunded {
                job,
                task: task.into(),
                missed: 0.into(),
            });
        }
        Ok(())
    }
}
