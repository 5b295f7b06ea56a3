//! Rounds: how they begin, and what their verdict does to the task.

use super::is_accepted;
use super::{flag, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{
        contribution::{agreement_hash, seal, Contribution},
        round::{Outcome, RoundKind},
        Moment, Rules, Seat, SeatState,
    },
};

impl Task<'_> {
    /// Returns the agreement hash that the first seat contributed, for [`Round::open`] of a dispute. An appeal takes it from
    /// the dispute, because the verdict has replaced the digest since.
    ///
    /// [`Round::open`]: crate::game::round::Round::open
    ///
    /// # Errors
    /// `NoSuchTask`.
    #[inline(never)]
    pub fn first_hash(&self, seed: &[u8; 32], number: u32) -> Rule<[u8; 32]> {
        let hash = self.first()?.hash;
        Ok(if self.has(flag::OPEN) {
            agreement_hash(seed, number, &hash)
        } else {
            hash
        })
    }

    /// Opens a round on a disagreement that shows by itself; the appeal, if a dispute had no majority.
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
        self.begin_round(MarketError::NotSplit)
    }

    #[inline(never)]
    fn begin_round(&mut self, spent: MarketError) -> Rule<RoundKind> {
        let first = self.first_mut()?;
        let kind = match first.rounds {
            0 => RoundKind::Dispute,
            1 => RoundKind::Appeal,
            _ => return Err(spent),
        };
        first.rounds = first.rounds.saturating_add(1);
        self.enter(Phase::Disputed, 0)?;
        Ok(kind)
    }

    /// Opens a round on a standing result that `contribution` contradicts; the second one is the appeal.
    ///
    /// Who repeats the standing result would be right with it, lose nothing, and nobody would pay the members of the
    /// round.
    ///
    /// # Errors
    /// `NotStanding` when the hold is over, or the appeal is spent; `NotContradicting`.
    pub fn challenge(
        &mut self,
        contribution: &Contribution,
        seed: &[u8; 32],
        number: u32,
        now: Moment,
    ) -> Rule<RoundKind> {
        if self.phase() != Phase::Standing || self.is_overdue(now) {
            return Err(MarketError::NotStanding);
        }
        if contribution.hash == agreement_hash(seed, number, &self.first()?.hash) {
            return Err(MarketError::NotContradicting);
        }
        self.begin_round(MarketError::NotStanding)
    }

    /// Applies what a round decided. `first_hash` is the agreement hash that the first seat contributed, which the round
    /// has kept; `check` the seat of the task's check, where there was one.
    ///
    /// A majority of five makes its digest stand for another hold; a majority of forty-five is final. Without a majority
    /// whoever contradicts a public result has not proven it: what stood stays, unproven. A disagreement before any
    /// opening waits for the appeal, so that three seats of five do not save a liar; without a majority there it ends
    /// without a result, and who contributed is paid.
    ///
    /// The kind must be that of the last round: the verdict of the dispute, applied a second time, would end the appeal.
    ///
    /// # Errors
    /// `NotDisputed`, `CheckMissing`.
    #[allow(
        clippy::too_many_arguments,
        reason = "a transition names all it depends on"
    )]
    #[inline(never)]
    pub fn apply(
        &mut self,
        outcome: &Outcome,
        kind: RoundKind,
        first_hash: &[u8; 32],
        mut check: Option<&mut Seat>,
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if self.phase() != Phase::Disputed || self.first()?.rounds != kind as u8 {
            return Err(MarketError::NotDisputed);
        }
        self.require_check(check.as_deref())?;
        let Outcome::Majority { digest } = outcome else {
            return self.stay(kind, check, now, rules);
        };
        let hash = agreement_hash(seed, number, digest);
        let mut winners = 0u8;
        for (place, seat) in self
            .seats
            .iter_mut()
            .chain(check.as_deref_mut())
            .enumerate()
        {
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
        self.settle_lapse(is_accepted(check))?;
        match kind {
            RoundKind::Dispute => self.enter(Phase::Standing, now.time.saturating_add(rules.hold)),
            RoundKind::Appeal => self.enter(Phase::Final, now.time),
        }
    }

    #[inline(never)]
    fn stay(
        &mut self,
        kind: RoundKind,
        mut check: Option<&mut Seat>,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if kind == RoundKind::Dispute && !self.has(flag::OPEN) {
            return self.split(now, rules);
        }
        for seat in self.seats.iter_mut().chain(check.as_deref_mut()) {
            if seat.state() == SeatState::Contributed {
                seat.set_state(SeatState::Accepted);
            }
        }
        self.settle_lapse(is_accepted(check))?;
        // Unproven after an appeal as well: seats that were left empty must not make the verdict of three seats final.
        self.enter(Phase::Unproven, now.time)
    }
}
