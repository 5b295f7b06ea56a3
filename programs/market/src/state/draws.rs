//! Seeds that later slots decide.

use super::{slot_hash, slot_hash::Next, Job, JobAccount, RoundAccount};
use crate::{
    error::{MarketError, RuleResult},
    game::{
        draw::{draw_seed, is_due, Purpose},
        task::Draw,
        Seat,
    },
};

impl Job {
    /// Returns the seed that the first slot after `slot` (as the job counts it) draws.
    ///
    /// # Errors
    /// `NoSlotHash`.
    #[inline(never)]
    pub fn seed_after(&self, slot: u32, task: u32, purpose: Purpose, seat: u8) -> RuleResult<Next> {
        Ok(match slot_hash::next_after(self.chain_slot(slot))? {
            Next::Hash(hash) => Next::Hash(draw_seed(&hash, &self.seed, task, purpose, seat)),
            other => other,
        })
    }

    /// Returns what the slot after `slot`, that of a task's last contribution, says about one more check.
    ///
    /// # Errors
    /// `NoSlotHash`.
    #[inline(never)]
    pub fn check_draw(&self, task: u32, slot: u32) -> RuleResult<Draw> {
        let next = self.seed_after(slot, task, Purpose::LateSeat, self.width())?;
        Ok(match next {
            Next::TooEarly => Draw::TooEarly,
            Next::Forgotten => Draw::Lapsed,
            Next::Hash(seed) if is_due(&seed, self.check_bps.get()) => Draw::Due(seed),
            Next::Hash(_) => Draw::NotDue,
        })
    }

    /// Draws a late seat, in the account of the job or in a check, if its turn has come and it has no seed yet.
    ///
    /// # Errors
    /// `DrawTooEarly`; `SeatNotDrawn` when the chain has forgotten the slot, which `draw_seat` mends.
    #[inline(never)]
    pub fn draw_late_seat(&self, seat: &mut Seat, task: u32, place: u8) -> RuleResult<()> {
        if !seat.awaits_draw() {
            return Ok(());
        }
        match self.seed_after(seat.slot.get(), task, Purpose::LateSeat, place)? {
            Next::Hash(seed) => seat.draw(seed),
            Next::TooEarly => Err(MarketError::DrawTooEarly),
            Next::Forgotten => Err(MarketError::SeatNotDrawn),
        }
    }
}

/// Draws a late seat in the account of the job, at this index, if its turn has come and it has no seed yet.
///
/// # Errors
/// `NoSuchSeat`; those of [`Job::draw_late_seat`].
#[inline(never)]
pub fn draw_job_seat(job: &mut JobAccount, index: u32, task: u32, place: u8) -> RuleResult<()> {
    let late = job.get(index as usize).ok_or(MarketError::NoSuchSeat)?;
    if !late.awaits_draw() {
        return Ok(());
    }
    let seed = match job.seed_after(late.slot.get(), task, Purpose::LateSeat, place)? {
        Next::Hash(seed) => seed,
        Next::TooEarly => return Err(MarketError::DrawTooEarly),
        Next::Forgotten => return Err(MarketError::SeatNotDrawn),
    };
    let late = job.get_mut(index as usize);
    late.ok_or(MarketError::NoSuchSeat)?.draw(seed)
}

/// Draws the seed of a check or a round if it waits for one.
///
/// # Errors
/// `DrawTooEarly`; `SeatNotDrawn` when the chain has forgotten the slot.
#[inline(never)]
pub fn draw_round(job: &JobAccount, account: &mut RoundAccount) -> RuleResult<()> {
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
