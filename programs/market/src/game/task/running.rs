//! Seats are claimed and delivered one after the other; what is overdue moves on without its worker.

use super::{flag, Expiry, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{contribution::Contribution, seat::LateExpiry, Moment, Rules, Seat, SeatState},
};
use anchor_lang::prelude::Address;

impl Task<'_> {
    /// Checks that the seat can be claimed now, by whoever has the rank.
    ///
    /// # Errors
    /// `NoSuchSeat`, `TaskDecided`, `SeatNotFree`, `SeatNotDrawn`, `ClaimingOver`, `AlreadyInTask`.
    #[inline(always)]
    pub fn check_claim(
        &self,
        seat: usize,
        worker: &Address,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        let place = self.seats.get(seat).ok_or(MarketError::NoSuchSeat)?;
        if self.phase() != Phase::Running {
            return Err(MarketError::TaskDecided);
        }
        if seat == 0 {
            if place.state() != SeatState::Free {
                return Err(MarketError::SeatNotFree);
            }
            if now.time >= rules.claim_until {
                return Err(MarketError::ClaimingOver);
            }
        } else {
            place.check_late_claim(now)?;
        }
        if self.holds(worker) {
            return Err(MarketError::AlreadyInTask);
        }
        Ok(())
    }

    /// Takes a contribution to a seat in the account of the job.
    ///
    /// # Errors
    /// `NoSuchSeat`; those of [`Seat::contribute`].
    #[inline(always)]
    pub fn contribute(
        &mut self,
        seat: usize,
        worker: &Address,
        contribution: &Contribution,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        let place = self.seat_mut(seat)?;
        let deadline = place.deadline(rules.run_window);
        place.contribute(worker, contribution, now, deadline)?;
        if seat == 0 {
            return self.next_after(seat, now, rules);
        }
        self.compare(contribution, now, rules)?;
        if self.phase() == Phase::Running {
            self.next_after(seat, now, rules)?;
        }
        Ok(())
    }

    /// Books a late contribution, in the account of the job or in a check: another hash than the first seat's splits the
    /// task.
    pub(super) fn compare(
        &mut self,
        contribution: &Contribution,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        self.set_flag(flag::CHECKED)?;
        if self.first()?.hash != contribution.hash {
            self.split(now, rules)?;
        }
        Ok(())
    }

    #[inline(never)]
    pub(super) fn split(&mut self, now: Moment, rules: &Rules) -> Rule<()> {
        for seat in self.seats.iter_mut().skip(1) {
            if seat.state() == SeatState::Free {
                seat.set_state(SeatState::Closed);
            }
        }
        self.enter(Phase::Split, now.time.saturating_add(rules.open_window))
    }

    /// Turns to the late seat behind `seat`; behind the last one the opening begins.
    #[inline(never)]
    fn next_after(&mut self, seat: usize, now: Moment, rules: &Rules) -> Rule<()> {
        if let Some(next) = self.seats.get_mut(seat.saturating_add(1)) {
            next.await_draw(now, rules);
            return Ok(());
        }
        self.await_opening(now, rules)
    }

    #[inline(never)]
    pub(super) fn await_opening(&mut self, now: Moment, rules: &Rules) -> Rule<()> {
        let first = self.first_mut()?;
        first.slot = now.slot.into();
        first.until = now.time.saturating_add(rules.open_window).into();
        Ok(())
    }

    /// Returns whether every seat of the account is delivered or closed, so that the result can be opened unless a check
    /// is due.
    pub fn is_complete(&self) -> bool {
        self.seats.split_first().is_some_and(|(first, late)| {
            first.state() == SeatState::Contributed && !late.iter().any(Seat::is_pending)
        })
    }

    /// Moves a task in which something is overdue. `check` is the seat of its check, where it has one.
    ///
    /// # Errors
    /// `NothingOverdue`, `CheckMissing`.
    #[inline(never)]
    pub fn expire(&mut self, check: Option<&mut Seat>, now: Moment, rules: &Rules) -> Rule<Expiry> {
        match self.phase() {
            Phase::Running => self.expire_running(now, rules),
            Phase::Checking => {
                let check = check.ok_or(MarketError::NothingOverdue)?;
                if check.is_pending() || !self.is_overdue(now) {
                    return Err(MarketError::NothingOverdue);
                }
                reject_contributed(check);
                self.reject_unopened()
            }
            Phase::Split if self.is_overdue(now) => {
                self.require_check(check.as_deref())?;
                // Nobody asked for a round: the requester pays who contributed, but nothing is proven.
                for seat in self.seats.iter_mut().chain(check) {
                    if seat.state() == SeatState::Contributed {
                        seat.set_state(SeatState::Accepted);
                    }
                }
                self.enter(Phase::Unproven, 0)?;
                Ok(Expiry::Undecided)
            }
            _ => Err(MarketError::NothingOverdue),
        }
    }

    fn expire_running(&mut self, now: Moment, rules: &Rules) -> Rule<Expiry> {
        let first = self.first_mut()?;
        match first.state() {
            SeatState::Free if now.time >= rules.claim_until => {
                self.enter(Phase::Refunded, 0)?;
                return Ok(Expiry::Unclaimed);
            }
            SeatState::Claimed if now.time >= first.deadline(rules.run_window) => {
                first.reopen(now);
                return Ok(Expiry::Missed { seat: 0 });
            }
            SeatState::Contributed => {}
            _ => return Err(MarketError::NothingOverdue),
        }
        if self.is_complete() {
            if !self.is_overdue(now) {
                return Err(MarketError::NothingOverdue);
            }
            return self.reject_unopened();
        }
        // Late seats are taken one after the other, so at most one has its turn.
        let turn = self.seats.iter().position(Seat::is_pending);
        let seat = turn.ok_or(MarketError::NothingOverdue)?;
        match self.seat_mut(seat)?.expire_late(now, rules)? {
            LateExpiry::Missed => Ok(Expiry::Missed { seat }),
            LateExpiry::Closed => {
                self.set_flag(flag::UNMANNED)?;
                self.next_after(seat, now, rules)?;
                Ok(Expiry::Closed { seat })
            }
        }
    }

    fn reject_unopened(&mut self) -> Rule<Expiry> {
        self.seats.iter_mut().for_each(reject_contributed);
        self.enter(Phase::Refunded, 0)?;
        Ok(Expiry::Unopened)
    }
}

fn reject_contributed(seat: &mut Seat) {
    if seat.state() == SeatState::Contributed {
        seat.set_state(SeatState::Rejected);
    }
}
