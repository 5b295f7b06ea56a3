use crate::{
    error::{MarketError, RuleResult},
    event::RoundDrawn,
    game::draw::Purpose,
    state::{slot_hash::Next, JobAccount, RoundAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DrawRound {
    /// The job of the check or round. Checked by its address.
    #[account(address = round.job @ MarketError::WrongAccount)]
    pub job: JobAccount,
    /// Any check or round. Checked by its program and its type.
    #[account(mut)]
    pub round: RoundAccount,
}

/// Draws the seed of a check or a round if it waits for one.
///
/// # Errors
/// `DrawTooEarly`; `SeatNotDrawn` when the chain has forgotten the slot.
pub(super) fn draw(job: &JobAccount, account: &mut RoundAccount) -> RuleResult<()> {
    let task = account.task.get();
    let purpose = account.purpose();
    if purpose == Purpose::LateSeat {
        let seat = account.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
        return job.draw_late_seat(seat, task, job.width());
    }
    if account.round.is_drawn() {
        return Ok(());
    }
    match job.seed_after(account.round.slot.get(), task, purpose, 0)? {
        Next::Hash(seed) => account.round.draw(seed),
        Next::TooEarly => Err(MarketError::DrawTooEarly),
        Next::Forgotten => Err(MarketError::SeatNotDrawn),
    }
}

impl DrawRound {
    /// A claim draws by itself. This is for a check or a round that nobody claims while its slot can be told: when the slot is
    /// forgotten, a later one is named, which the next call draws from.
    ///
    /// # Specification
    /// - The job shall be the round's (`WrongAccount`).
    /// - The check or round shall wait for its draw (`NothingToDraw`).
    /// - The slot that draws shall be over (`DrawTooEarly`).
    pub fn draw_round(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let (job, account) = (&accounts.job, &mut accounts.round);
        let clock = Clock::get()?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let is_check = account.purpose() == Purpose::LateSeat;
        let waits = match account.get(0) {
            Some(seat) if is_check => seat.awaits_draw(),
            _ => !account.round.is_drawn() && !account.round.is_decided(),
        };
        if !waits {
            return Err(MarketError::NothingToDraw.into());
        }
        let drawn = match draw(job, account) {
            Ok(()) => true,
            Err(MarketError::SeatNotDrawn) if is_check => {
                let seat = account.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
                seat.draw_later(now)?;
                false
            }
            Err(MarketError::SeatNotDrawn) => {
                account.round.draw_later(now)?;
                false
            }
            Err(error) => return Err(error.into()),
        };
        emit!(RoundDrawn {
            round: *account.address(),
            drawn: u8::from(drawn),
        });
        Ok(())
    }
}
