// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::MarketError,
    event::CheckOpened,
    game::{draw::Purpose, Round, Seat},
    state::{task_of, JobAccount, NewRound, RoundAccount, ROUND_SEED},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(task: u32)]
pub struct RequestCheck {
    /// The job's requester, who signs and pays the rent, and gets it back at the closing. Checked by its address.
    #[account(mut, address = job.requester @ MarketError::NotRequester)]
    pub requester: Signer,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The check, created here, so a task has only one.
    #[account(
        init,
        payer = requester,
        space = RoundAccount::space_for(1),
        seeds = [
            ROUND_SEED,
            job.address().as_ref(),
            &task.to_le_bytes(),
            &[Purpose::LateSeat as u8]
        ],
        bump
    )]
    pub check: RoundAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl RequestCheck {
    /// Turns the check that the chance did not draw into one, while the result stands: against a worker that gives the right
    /// digest and withholds the output, because whoever checks has the output, too.
    ///
    /// # Specification
    /// - The signer shall be the job's requester (`NotRequester`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The result shall stand, undisputed, and its hold run (`NotStanding`).
    /// - The job shall have paid for a check that the task did not spend (`NoCheckLeft`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn request_check(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let bump = ctx.bumps.check;
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let mut seat = Seat::default();
        task_of(job, task)?.request_check(&mut seat, now, &rules)?;
        job.book_round()?;
        NewRound {
            purpose: Purpose::LateSeat,
            job: *job.address(),
            task,
            payer: *accounts.requester.address(),
            round: Round::default(),
            bump,
            pot_bump: 0,
        }
        .fill(&mut accounts.check, 1, seat)?;
        emit!(CheckOpened {
            job: *job.address(),
            task: task.into(),
            drawn: seat.drawn,
        });
        Ok(())
    }
}
