use crate::{
    error::{MarketError, RuleResult},
    event::{emit, SeatDrawn},
    game::{draw::Purpose, Moment},
    state::{draw_job_seat, draw_round, seat_index, JobAccount, RoundAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DrawSeat {
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The check or round that is drawn, unless a late seat in the account of the job is. Checked by its program, its type and
    /// its job.
    #[account(mut)]
    pub round: Option<Box<RoundAccount>>,
}

impl DrawSeat {
    /// Draws, or names another slot if the chain has forgotten the first. Returns whether the seed is drawn.
    fn draw_job_seat(&mut self, task: u32, seat: u8, now: Moment) -> RuleResult<bool> {
        let job = &mut self.job;
        let index = seat_index(job, task, seat)?;
        let late = job.get(index as usize).ok_or(MarketError::NoSuchSeat)?;
        if !late.awaits_draw() || seat == 0 {
            return Err(MarketError::NothingToDraw);
        }
        match draw_job_seat(job, index, task, seat) {
            Err(MarketError::SeatNotDrawn) => {
                let late = job.get_mut(index as usize);
                late.ok_or(MarketError::NoSuchSeat)?.draw_later(now)?;
                Ok(false)
            }
            drawn => drawn.map(|()| true),
        }
    }

    fn draw_round(job: &JobAccount, account: &mut RoundAccount, now: Moment) -> RuleResult<bool> {
        if account.job != *job.address() {
            return Err(MarketError::WrongAccount);
        }
        let is_check = account.purpose() == Purpose::LateSeat;
        let waits = match account.get(0) {
            Some(seat) if is_check => seat.awaits_draw(),
            _ => !account.round.is_drawn() && !account.round.is_decided(),
        };
        if !waits {
            return Err(MarketError::NothingToDraw);
        }
        match draw_round(job, account) {
            Err(MarketError::SeatNotDrawn) if is_check => {
                let seat = account.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
                seat.draw_later(now)?;
                Ok(false)
            }
            Err(MarketError::SeatNotDrawn) => {
                account.round.draw_later(now)?;
                Ok(false)
            }
            drawn => drawn.map(|()| true),
        }
    }

    /// A claim draws by itself. This is for a seat or a round that nobody claims while its slot can be told: when the slot is
    /// forgotten, a later one is named, which the next call draws from.
    ///
    /// # Specification
    /// - The check or round shall be the job's (`WrongAccount`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - Seat, check or round shall wait for its draw (`NothingToDraw`).
    /// - The slot that draws shall be over (`DrawTooEarly`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job; of a check or round any number.
    /// - `seat` - index of the late seat in the task; of a check or round any number.
    pub fn draw_seat(ctx: &mut Context<Self>, task: u32, seat: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let now = accounts.job.moment(clock.unix_timestamp, clock.slot)?;
        let drawn = match accounts.round.as_mut() {
            Some(round) => Self::draw_round(&accounts.job, round, now)?,
            None => accounts.draw_job_seat(task, seat, now)?,
        };
        let round = accounts.round.as_ref();
        let round = round.map_or(Address::default(), |round| *round.address());
        emit(SeatDrawn {
            job: *accounts.job.address(),
            round,
            task: task.into(),
            seat,
            drawn: u8::from(drawn),
        });
        Ok(())
    }
}
