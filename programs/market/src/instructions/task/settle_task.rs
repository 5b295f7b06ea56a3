use crate::{
    event::{RoundOpened, TaskAccepted, TaskRefunded},
    state::{task_of, JobAccount, Verdict},
};
use anchor_lang::prelude::*;

/// Nobody signs: a verdict follows from the job alone.
#[derive(Accounts)]
pub struct SettleTask {
    #[account(mut)]
    pub job: JobAccount,
}

impl SettleTask {
    /// Rules: `Task::settle`. Money moves later, in `collect`, `penalize` and `close_job`.
    pub fn settle_task(&mut self, task: u32) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let claiming = self.job.is_claiming(now);
        let decision = task_of(&mut self.job, task)?.settle(now, claiming)?;
        self.job.book_finished(decision.finished)?;
        let job = *self.job.address();
        let missed = decision.missed.0.into();
        let task = task.into();
        match decision.verdict {
            Verdict::Accepted(digest) => {
                self.job.book_verdict(true)?;
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
                self.job.book_verdict(false)?;
                emit!(TaskRefunded { job, task, missed });
            }
        }
        Ok(())
    }
}
