use crate::{
    error::MarketError,
    event::SeatDrawn,
    game::draw::Purpose,
    state::{seat_index, slot_hash::Next, JobAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DrawSeat {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl DrawSeat {
    /// A claim draws its seat by itself. This is for a seat that nobody claims while its slot can be told: when the slot is
    /// forgotten, a later one is named, which the next call draws from.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The seat shall wait for its draw (`NothingToDraw`).
    /// - The slot that draws shall be over (`DrawTooEarly`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seat` - index of the late seat in the task.
    pub fn draw_seat(ctx: &mut Context<Self>, task: u32, seat: u8) -> Result<()> {
        let job = &mut ctx.accounts.job;
        let clock = Clock::get()?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let index = seat_index(job, task, seat)? as usize;
        let mut late = *job.get(index).ok_or(MarketError::NoSuchSeat)?;
        if !late.awaits_draw() || seat == 0 {
            return Err(MarketError::NothingToDraw.into());
        }
        match job.seed_after(late.slot.get(), task, Purpose::LateSeat, seat)? {
            Next::Hash(seed) => late.draw(seed)?,
            Next::Forgotten => late.draw_later(now)?,
            Next::TooEarly => return Err(MarketError::DrawTooEarly.into()),
        }
        *job.get_mut(index).ok_or(MarketError::NoSuchSeat)? = late;
        emit!(SeatDrawn {
            job: *job.address(),
            task: task.into(),
            seat,
            drawn: late.drawn,
        });
        Ok(())
    }
}
