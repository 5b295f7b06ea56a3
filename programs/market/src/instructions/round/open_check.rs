#![allow(
    unused_variables,
    reason = "Anchor's derive binds arguments that it does not use"
)]

use crate::{
    error::MarketError,
    event::{emit, CheckOpened},
    game::{draw::Purpose, Phase},
    state::{task_of, JobAccount, NewRound, RoundAccount, ROUND_SEED},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(task: u32)]
pub struct OpenCheck {
    /// Pays the rent of the check's account, gets it back at its closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The check, created here, so a task has only one.
    #[account(
        init,
        payer = payer,
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

impl OpenCheck {
    /// Opens the check that the slot after the last contribution made due. If that slot is forgotten a check is due, too, and
    /// a later slot draws it.
    ///
    /// While a result stands, the requester may turn the check that was not drawn into one: against a worker that gives the
    /// right digest and withholds the output, because whoever checks has the output, too.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - A chance shall decide about a check, and every seat of the task agree (`NothingToDraw`).
    /// - The slot that decides shall be over (`DrawTooEarly`).
    /// - It shall make a check due (`CheckNotDue`).
    /// - The check of a standing result shall be opened by the job's requester (`NotRequester`).
    /// - The hold of a standing result shall run, and no round have decided about it (`NotStanding`).
    /// - The job shall have paid for a check that the task did not spend (`NoCheckLeft`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn open_check(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let bump = ctx.bumps.check;
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        NewRound {
            purpose: Purpose::LateSeat,
            job: *job.address(),
            task,
            payer: *accounts.payer.address(),
            bump,
            pot_bump: 0,
        }
        .fill(&mut accounts.check, 1)?;
        let seat = accounts.check.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
        let seats = task_of(job, task)?;
        if seats.phase() == Phase::Standing {
            if accounts.payer.address() != &job.requester {
                return Err(MarketError::NotRequester.into());
            }
            task_of(job, task)?.request_check(seat, now, &rules)?;
        } else {
            let slot = seats.first()?.slot.get();
            let draw = job.check_draw(task, slot)?;
            task_of(job, task)?.open_check(seat, draw, now, &rules)?;
        }
        job.book_round()?;
        let drawn = seat.drawn;
        emit(CheckOpened {
            job: *job.address(),
            task: task.into(),
            drawn,
        });
        Ok(())
    }
}
