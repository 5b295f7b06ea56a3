//! Rounds: how they begin, and what their verdict does to the task.

use super::{flag, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{
        contribution::{agreement_hash, seal},
        round::{Outcome, RoundKind},
        Moment, Rules, Seat, SeatState,
    },
};

impl Task<'_> {
    /// Opens a round on a disagreement that shows by itself.
    ///
    /// # Errors
    /// `NotSplit`, `DeadlinePassed`.
    pub fn open_round(&mut self, now: Moment) -> Rule<RoundKind> {
        if self.phase() != Phase::Split {
            return Err(MarketError::NotSplit);
        }
        if self.is_overdue(now) {
            return Err(MarketError::DeadlinePassed);
        }
        self.first_mut()?.rounds = 1;
        self.enter(Phase::Disputed, 0)?;
        Ok(RoundKind::Dispute)
    }

    /// Opens a round on a standing result that somebody contradicts; the second one is the appeal.
    ///
    /// # Errors
    /// `NotStanding` when the hold is over, or the appeal is spent.
    pub fn challenge(&mut self, now: Moment) -> Rule<RoundKind> {
        if self.phase() != Phase::Standing || self.is_overdue(now) {
            return Err(MarketError::NotStanding);
        }
        let first = self.first_mut()?;
        let kind = match first.rounds {
            0 => RoundKind::Dispute,
            1 => RoundKind::Appeal,
            _ => return Err(MarketError::NotStanding),
        };
        first.rounds = first.rounds.saturating_add(1);
        self.enter(Phase::Disputed, 0)?;
        Ok(kind)
    }

    /// Applies what a round decided. `first_hash` is the agreement hash that the first seat contributed, which the round
    /// has kept; `check` the seat of the drawn check, where there was one.
    ///
    /// A majority of five makes its digest stand for another hold; a majority of forty-five is final. Without a majority
    /// whoever contradicts a public result has not proven it: what stood stays, unproven unless a round had decided it.
    /// A disagreement before any opening ends without a result; who contributed is paid.
    ///
    /// # Errors
    /// `NotDisputed`.
    #[allow(clippy::too_many_arguments)]
    pub fn apply(
        &mut self,
        outcome: &Outcome,
        kind: RoundKind,
        first_hash: &[u8; 32],
        check: Option<&mut Seat>,
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if self.phase() != Phase::Disputed {
            return Err(MarketError::NotDisputed);
        }
        let Outcome::Majority { digest } = outcome else {
            return self.stay(kind, check);
        };
        let hash = agreement_hash(seed, number, digest);
        let mut winners = 0u8;
        for (place, seat) in self.seats.iter_mut().chain(check).enumerate() {
            if !seat.has_contributed() {
                continue;
            }
            let sealed = seal(seed, number, &seat.worker, digest);
            let own = if place == 0 { *first_hash } else { seat.hash };
            let right = own == hash && seat.seal == sealed;
            seat.set_state(if right {
                SeatState::Accepted
            } else {
                SeatState::Rejected
            });
            winners = winners.saturating_add(u8::from(right));
        }
        let first = self.first_mut()?;
        first.hash = *digest;
        first.flags |= flag::OPEN | flag::CHECKED;
        first.winners = winners;
        match kind {
            RoundKind::Dispute => self.enter(Phase::Standing, now.time.saturating_add(rules.hold)),
            RoundKind::Appeal => self.enter(Phase::Final, 0),
        }
    }

    fn stay(&mut self, kind: RoundKind, check: Option<&mut Seat>) -> Rule<()> {
        for seat in self.seats.iter_mut().chain(check) {
            if seat.state() == SeatState::Contributed {
                seat.set_state(SeatState::Accepted);
            }
        }
        match kind {
            RoundKind::Dispute => self.enter(Phase::Unproven, 0),
            RoundKind::Appeal => self.enter(Phase::Final, 0),
        }
    }
}
