use crate::{
    event::{RoundOpened, TaskAccepted, TaskRefunded},
    state::{task_of, JobAccount, Verdict},
};
use anchor_lang::prelude::*;

/// Nobody signs, because the verdict follows from the job's account and the clock.
#[derive(Accounts)]
pub struct SettleTask {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl SettleTask {
    /// Money moves later, in `collect_pay`, `penalize_worker` and `close_job`.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall not be decided yet (`TaskDecided`).
    /// - No open seat shall still be able to change the verdict (`TaskStillRunning`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn settle_task(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let account = &mut ctx.accounts.job;
        let now = Clock::get()?.unix_timestamp;
        let claiming = account.is_claiming(now);
        let decision = task_of(account, task)?.settle(now, claiming)?;
        account.record_final_seats(decision.finished)?;
        let job = *account.address();
        let missed = decision.missed.0.into();
        let task = task.into();
        match decision.verdict {
            Verdict::Accepted(digest) => {
                account.record_verdict(true)?;
                emit!(TaskAccepted {
                    job,
                    digest,
                    task,
                    missed
                });
            }
            Verdict::NewRound(spares) => {
                emit!(RoundOpened {
                    job,
                    task,
                    missed,
                    spares
                });
            }
            Verdict::Refunded => {
                account.record_verdict(false)?;
                emit!(TaskRefunded { job, task, missed });
            }
        }
        Ok(())
    }
}
