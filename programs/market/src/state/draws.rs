//! Seeds that later slots decide.

use super::{slot_hash, slot_hash::Next, Job};
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

    /// Returns what the slot after a task's last contribution says about one more check. `first` is the task's first seat.
    ///
    /// # Errors
    /// `NoSlotHash`.
    #[inline(never)]
    pub fn check_draw(&self, task: u32, first: &Seat) -> RuleResult<Draw> {
        let next = self.seed_after(first.slot.get(), task, Purpose::LateSeat, self.width())?;
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
    /// `DrawTooEarly`; `SeatNotDrawn` when the chain has forgotten the slot, which `draw_seat` or `draw_round` mends.
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
