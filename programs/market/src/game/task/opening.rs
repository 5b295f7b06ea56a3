//! An agreed result is opened, stands for the hold, and ends.

use super::is_accepted;
use super::{flag, Draw, Opened, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{contribution::TaskHashes, Moment, Rules, Seat, SeatState},
};

impl Task<'_> {
    /// Opens the agreed result and checks every seal, that of the drawn check included.
    ///
    /// `draw` matters only while [`Task::awaits_check_draw`]. `seed` is the job's, `number` the task's.
    ///
    /// # Errors
    /// `NotAgreed` unless every seat that is due has contributed the same hash; `DrawTooEarly`, `CheckDue`;
    /// `DeadlinePassed`; `WrongOpening` when the digest is another.
    #[allow(
        clippy::too_many_arguments,
        reason = "a transition names all it depends on"
    )]
    #[inline(always)]
    pub fn open(
        &mut self,
        digest: &[u8; 32],
        mut check: Option<&mut Seat>,
        draw: Draw,
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<Opened> {
        match (self.phase(), check.as_deref()) {
            (Phase::Running, None) if self.is_complete() => {}
            (Phase::Checking, Some(check)) if !check.is_pending() => {}
            _ => return Err(MarketError::NotAgreed),
        }
        if self.awaits_check_draw(rules) {
            match draw {
                Draw::TooEarly => return Err(MarketError::DrawTooEarly),
                Draw::Due(_) | Draw::Lapsed => return Err(MarketError::CheckDue),
                Draw::NotDue => {}
            }
        }
        let first = self.first()?;
        if now.time >= first.until.get() {
            return Err(MarketError::DeadlinePassed);
        }
        let mut hashes = TaskHashes::new(seed, number);
        let hash = hashes.agreement_hash(digest);
        if first.hash != hash {
            return Err(MarketError::WrongOpening);
        }
        let (mut right, mut is_copied) = (0usize, false);
        let mut judge = |seat: &mut Seat| {
            if seat.state() == SeatState::Contributed {
                let sealed = hashes.seal(&seat.worker, digest);
                if seat.judge(&hash, &sealed) {
                    right = right.wrapping_add(1);
                } else {
                    is_copied = true;
                }
            }
        };
        self.seats.iter_mut().for_each(&mut judge);
        check.as_deref_mut().into_iter().for_each(judge);
        let first = self.first_mut()?;
        first.hash = *digest;
        first.flags |= flag::OPEN;
        first.winners = u8::try_from(right).unwrap_or(u8::MAX);
        self.settle_lapse(is_accepted(check))?;
        if right == 0 {
            self.enter(Phase::Refunded, 0)?;
            return Ok(Opened::Refunded);
        }
        if is_copied {
            self.split(now, rules)?;
            return Ok(Opened::Split);
        }
        self.enter(Phase::Standing, now.time.saturating_add(rules.hold))?;
        Ok(Opened::Standing)
    }

    /// Ends a result whose hold is over. Returns the phase that it is in now.
    #[inline(always)]
    pub fn finish(&mut self, now: Moment) -> Rule<Phase> {
        let first = self.first()?;
        let (before, ended_at) = (first.phase, first.until.get());
        let phase = Phase::at(first, now);
        if phase as u8 != before && phase.is_end() {
            self.enter(phase, ended_at)?;
        }
        Ok(self.phase())
    }
}
