//! One more late seat, in an account of its own: drawn by chance, or asked for by the requester.

use super::{flag, Draw, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{
        contribution::{blinded, Contribution},
        seat::LateExpiry,
        Moment, Rules, Seat, SeatState,
    },
};
use anchor_lang::prelude::Address;

impl Task<'_> {
    /// Returns whether a chance still decides if a check is due.
    pub fn awaits_check_draw(&self, rules: &Rules) -> bool {
        rules.check_bps > 0 && self.phase() == Phase::Running && self.is_complete()
    }

    /// Opens the drawn check in `check`, a zeroed seat.
    ///
    /// # Errors
    /// `NothingToDraw`, `DrawTooEarly`, `CheckNotDue`.
    #[inline(never)]
    pub fn open_check(
        &mut self,
        check: &mut Seat,
        draw: Draw,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if !self.awaits_check_draw(rules) {
            return Err(MarketError::NothingToDraw);
        }
        check.await_draw(now, rules);
        match draw {
            Draw::TooEarly => return Err(MarketError::DrawTooEarly),
            Draw::NotDue => return Err(MarketError::CheckNotDue),
            Draw::Due(seed) => check.draw(seed)?,
            Draw::Lapsed => self.set_flag(flag::LAPSED)?,
        }
        self.set_flag(flag::CHECK_SPENT)?;
        self.enter(Phase::Checking, 0)
    }

    /// Turns the unspent check of a standing result into one, for the requester. `check` is a zeroed seat.
    ///
    /// # Errors
    /// `NotStanding`, `NoCheckLeft`.
    #[inline(never)]
    pub fn request_check(&mut self, check: &mut Seat, now: Moment, rules: &Rules) -> Rule<()> {
        let hold = self.first()?.until.get();
        if self.phase() != Phase::Standing || now.time >= hold || self.first()?.rounds > 0 {
            return Err(MarketError::NotStanding);
        }
        if rules.check_bps == 0 || self.has(flag::CHECK_SPENT) {
            return Err(MarketError::NoCheckLeft);
        }
        check.await_draw(now, rules);
        self.set_flag(flag::CHECK_SPENT)?;
        // The hold stops meanwhile. If it ran out, a requester could keep everybody from a challenge by its own check.
        self.enter(Phase::Rechecking, hold.saturating_sub(now.time))
    }

    /// Lets the hold of a standing result go on after the requester's check.
    fn resume_hold(&mut self, now: Moment) -> Rule<()> {
        let left = self.first()?.until.get();
        self.enter(Phase::Standing, now.time.saturating_add(left))
    }

    /// Checks that the seat of a check can be claimed now.
    ///
    /// # Errors
    /// `TaskDecided`, `AlreadyInTask`; those of [`Seat::check_late_claim`].
    pub fn check_check_claim(&self, check: &Seat, worker: &Address, now: Moment) -> Rule<()> {
        if !matches!(self.phase(), Phase::Checking | Phase::Rechecking) {
            return Err(MarketError::TaskDecided);
        }
        check.check_late_claim(now)?;
        if self.holds(worker) {
            return Err(MarketError::AlreadyInTask);
        }
        Ok(())
    }

    /// Takes the contribution to a check. On a public result it is blinded and compared when it is opened
    /// ([`Task::open_recheck`]).
    ///
    /// # Errors
    /// `TaskDecided`; those of [`Seat::contribute`].
    #[inline(never)]
    pub fn contribute_check(
        &mut self,
        check: &mut Seat,
        worker: &Address,
        contribution: &Contribution,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        let deadline = check.deadline(rules.run_window);
        match self.phase() {
            Phase::Checking => {
                check.contribute(worker, contribution, now, deadline)?;
                self.compare(contribution, now, rules)?;
                if self.phase() == Phase::Checking {
                    self.await_opening(now, rules)?;
                }
            }
            Phase::Rechecking => {
                check.contribute(worker, contribution, now, deadline)?;
                check.until = now.time.saturating_add(rules.open_window).into();
            }
            _ => return Err(MarketError::TaskDecided),
        }
        Ok(())
    }

    /// Opens the check that the requester asked for: it committed to `digest`, blinded with `memory` = `Q`. The same digest
    /// as the standing one lets the hold go on, another splits the task.
    ///
    /// # Errors
    /// `NotStanding` unless the check has contributed; `DeadlinePassed`; `WrongOpening`.
    #[allow(
        clippy::too_many_arguments,
        reason = "a transition names all it depends on"
    )]
    #[inline(never)]
    pub fn open_recheck(
        &mut self,
        check: &mut Seat,
        digest: &[u8; 32],
        memory: &[u8; 32],
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if self.phase() != Phase::Rechecking || check.state() != SeatState::Contributed {
            return Err(MarketError::NotStanding);
        }
        if now.time >= check.until.get() {
            return Err(MarketError::DeadlinePassed);
        }
        let worker = check.worker;
        let shown = Contribution::new(seed, number, &worker, &blinded(digest, memory));
        if check.contribution() != shown {
            return Err(MarketError::WrongOpening);
        }
        // From here on it counts like a contribution before the opening, which verdicts compare by its plain hashes.
        let plain = Contribution::new(seed, number, &worker, digest);
        check.hash = plain.hash;
        check.seal = plain.seal;
        if self.first()?.hash == *digest {
            // Nobody compares its `Q`, so it may have copied the public digest: it is paid and proves nothing.
            check.set_state(SeatState::Accepted);
            let first = self.first_mut()?;
            first.winners = first.winners.saturating_add(1);
            return self.resume_hold(now);
        }
        self.split(now, rules)
    }

    /// Moves a check whose time is over: missed, closed without a worker, or contributed and never opened.
    ///
    /// # Errors
    /// `NothingOverdue`.
    #[inline(never)]
    pub fn expire_check(
        &mut self,
        check: &mut Seat,
        now: Moment,
        rules: &Rules,
    ) -> Rule<LateExpiry> {
        let phase = self.phase();
        if !matches!(phase, Phase::Checking | Phase::Rechecking) {
            return Err(MarketError::NothingOverdue);
        }
        if phase == Phase::Rechecking
            && check.state() == SeatState::Contributed
            && now.time >= check.until.get()
        {
            check.set_state(SeatState::Rejected);
            self.resume_hold(now)?;
            return Ok(LateExpiry::Closed);
        }
        let expiry = check.expire_late(now, rules)?;
        if expiry == LateExpiry::Closed {
            if phase == Phase::Checking {
                self.set_flag(flag::UNMANNED)?;
                self.await_opening(now, rules)?;
            } else {
                self.resume_hold(now)?;
            }
        }
        Ok(expiry)
    }
}
