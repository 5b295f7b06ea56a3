use crate::{
    error::MarketError,
    event::{emit, TaskExpired},
    game::{seat::LateExpiry, task::Expiry, Phase},
    state::{check_seat, task_parts, JobAccount, RoundAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ExpireTask {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The task's drawn check, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub check: Option<Box<RoundAccount>>,
}

impl ExpireTask {
    /// Ends what nobody took, opened or disputed in time. A missed claim is `penalize_worker`'s to end, with its penalty.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The check shall be the task's (`WrongAccount`).
    /// - A task with a check shall not be moved without it (`CheckMissing`).
    /// - Something in the task shall be overdue (`NothingOverdue`).
    /// - What is overdue shall not be a claim (`ClaimMissed`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn expire_task(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let view = *accounts.job.view();
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let check = check_seat(accounts.check.as_deref_mut(), view.address(), task, &seats)?;
        let before = seats.phase();
        let is_checking = matches!(before, Phase::Checking | Phase::Rechecking);
        let missed = match check {
            Some(check) if is_checking && (check.is_pending() || before == Phase::Rechecking) => {
                seats.expire_check(check, now, &rules)? == LateExpiry::Missed
            }
            check => matches!(seats.expire(check, now, &rules)?, Expiry::Missed { .. }),
        };
        if missed {
            return Err(MarketError::ClaimMissed.into());
        }
        let (after, winners) = (seats.phase(), seats.first()?.winners);
        job.book_phase(before, after, winners)?;
        emit(TaskExpired {
            job: *view.address(),
            task: task.into(),
            phase: after as u8,
        });
        Ok(())
    }
}
