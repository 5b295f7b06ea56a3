use crate::{
    error::MarketError,
    event::{SeatsExpired, TaskRefunded},
    state::{task_of, JobAccount},
};
use anchor_lang::prelude::*;

/// Nobody signs, because what is overdue follows from the job's account and the clock.
#[derive(Accounts)]
pub struct ExpireTask {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl ExpireTask {
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall not be decided yet (`TaskDecided`).
    /// - A claim shall be overdue, or a seat free after the claim window (`NothingOverdue`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn expire_task(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let account = &mut ctx.accounts.job;
        let now = Clock::get()?.unix_timestamp;
        let claiming = account.is_claiming(now);
        let reveal_by = account.reveal_by(now)?;
        let mut seats = task_of(account, task)?;
        if seats.is_decided() {
            return Err(MarketError::TaskDecided.into());
        }
        let expiry = seats.expire(now, claiming)?;
        let opened = seats.open_reveal_if_sealed(reveal_by);
        let refunded = seats.is_decided();
        account.record_final_seats(expiry.missed.len())?;
        let job = *account.address();
        emit!(SeatsExpired {
            job,
            reveal_by: if opened { reveal_by } else { 0 }.into(),
            task: task.into(),
            missed: expiry.missed.0.into(),
            closed: expiry.closed.0.into(),
            spares: expiry.spares,
        });
        if refunded {
            account.record_verdict(false)?;
            emit!(TaskRefunded {
                job,
                task: task.into(),
                missed: 0.into(),
            });
        }
        Ok(())
    }
}
