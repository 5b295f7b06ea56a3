use crate::{
    event::{emit, TaskOpened},
    game::task::Draw,
    state::{check_seat, task_parts, JobAccount, RoundAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct OpenTask {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The task's drawn check, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub check: Option<RoundAccount>,
}

impl OpenTask {
    /// Whoever knows the digest may open it; what was contributed proves it. Every seal is checked.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The check shall be the task's (`WrongAccount`).
    /// - A task with a check shall not be moved without it (`CheckMissing`).
    /// - Every seat that is due shall have contributed the same hash (`NotAgreed`).
    /// - The slot that decides about a check shall be over (`DrawTooEarly`).
    /// - No check shall be due that was not opened (`CheckDue`).
    /// - The time for the opening shall not be over (`DeadlinePassed`).
    /// - The digest shall be the contributed one (`WrongOpening`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `digest` - digest of the result's record.
    pub fn open_task(ctx: &mut Context<Self>, task: u32, digest: [u8; 32]) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let view = *accounts.job.view();
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let draw = if seats.awaits_check_draw(&rules) {
            job.check_draw(task, seats.first()?.slot.get())?
        } else {
            Draw::NotDue
        };
        let check = check_seat(accounts.check.as_mut(), view.address(), task, &seats)?;
        let before = seats.phase();
        seats.open(&digest, check, draw, &job.seed, task, now, &rules)?;
        let (after, winners) = (seats.phase(), seats.first()?.winners);
        job.book_phase(before, after, winners)?;
        emit(TaskOpened {
            job: *view.address(),
            task: task.into(),
            phase: after as u8,
        });
        Ok(())
    }
}
