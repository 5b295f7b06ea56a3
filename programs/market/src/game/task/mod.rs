//! A task from its first seat to its end.

mod attested;
mod check;
#[cfg(test)]
mod check_tests;
mod disputes;
#[cfg(test)]
mod disputes_tests;
mod opening;
#[cfg(test)]
mod opening_tests;
mod phase;
mod running;
#[cfg(test)]
mod running_tests;

pub use phase::Phase;

use super::{Moment, Seat, SeatState};
use crate::error::MarketError;
use anchor_lang::prelude::Address;
use pinocchio::address::address_eq;

/// Bits of the first seat's `flags`.
pub mod flag {
    /// The result is public: the first seat holds the digest.
    pub const OPEN: u8 = 1;
    /// A late seat that was due was closed without a worker.
    pub const UNMANNED: u8 = 2;
    /// At least one late seat contributed before the result was public, or a round decided.
    pub const CHECKED: u8 = 4;
    /// The check that the chance decides on was due, or was asked for by the requester.
    pub const CHECK_SPENT: u8 = 8;
    /// The draw of the check was forgotten before anybody used it, so that the check was due.
    pub const LAPSED: u8 = 16;
    /// The first seat's pay went to such a check.
    pub const FORGONE: u8 = 32;
}

/// What the slot after the last contribution says about one more check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// The slot is still to come.
    TooEarly,
    /// No check.
    NotDue,
    /// A check with this seed.
    Due([u8; 32]),
    /// The chain has forgotten the slot: a check is due, and a later slot draws it.
    Lapsed,
}

/// What [`Task::open`] led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Everybody sealed the digest: the hold begins.
    Standing,
    /// Somebody had copied a hash: a round decides.
    Split,
    /// Nobody had sealed the digest: the task is refunded.
    Refunded,
}

/// What [`Task::expire`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The worker of this seat missed its deadline; the seat is free again.
    Missed {
        /// Index in the task.
        seat: usize,
    },
    /// Nobody took this late seat in time.
    Closed {
        /// Index in the task.
        seat: usize,
    },
    /// Nobody claimed the first seat in time: refunded.
    Unclaimed,
    /// Nobody opened the contributions in time: they are rejected and the task is refunded.
    Unopened,
    /// No round was opened on a disagreement in time: who contributed is paid, and nothing is proven.
    Undecided,
}

/// The seats of one task: the first, then its late seats.
pub struct Task<'a> {
    /// At least one.
    pub seats: &'a mut [Seat],
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Task<'_> {
    /// Returns the first seat, which also holds the state of the task.
    ///
    /// # Errors
    /// `NoSuchTask` when there are no seats.
    pub fn first(&self) -> Rule<&Seat> {
        self.seats.first().ok_or(MarketError::NoSuchTask)
    }

    fn first_mut(&mut self) -> Rule<&mut Seat> {
        self.seats.first_mut().ok_or(MarketError::NoSuchTask)
    }

    fn seat_mut(&mut self, seat: usize) -> Rule<&mut Seat> {
        self.seats.get_mut(seat).ok_or(MarketError::NoSuchSeat)
    }

    /// Returns the phase. Bytes that no transition writes read as `Cancelled`.
    pub fn phase(&self) -> Phase {
        let phase = self.seats.first().and_then(|s| Phase::from_byte(s.phase));
        phase.unwrap_or(Phase::Cancelled)
    }

    fn enter(&mut self, phase: Phase, until: u32) -> Rule<()> {
        let first = self.first_mut()?;
        first.phase = phase as u8;
        first.until = until.into();
        Ok(())
    }

    /// Returns whether the flag is set.
    pub fn has(&self, flag: u8) -> bool {
        self.seats.first().is_some_and(|s| s.flags & flag != 0)
    }

    fn set_flag(&mut self, flag: u8) -> Rule<()> {
        self.first_mut()?.flags |= flag;
        Ok(())
    }

    /// Returns whether `worker` has claimed a seat of the task. Of a seat that it missed it may be the holder again.
    #[inline(never)]
    pub fn holds(&self, worker: &Address) -> bool {
        let taken = |seat: &Seat| !matches!(seat.state(), SeatState::Free | SeatState::Closed);
        self.seats
            .iter()
            .any(|seat| taken(seat) && address_eq(&seat.worker, worker))
    }

    /// Returns whether a round was opened about the task. From then on until its seat is settled, the fixed part of the
    /// first worker's penalty counts as [`super::money::Backing::accused`].
    pub fn is_accused(&self) -> bool {
        self.seats.first().is_some_and(|s| s.rounds > 0)
    }

    /// Takes back a task that nobody has claimed.
    ///
    /// # Errors
    /// `NothingToCancel`.
    pub fn cancel(&mut self) -> Rule<()> {
        let untouched = self.phase() == Phase::Running && self.first()?.state() == SeatState::Free;
        if !untouched {
            return Err(MarketError::NothingToCancel);
        }
        self.enter(Phase::Cancelled, 0)
    }

    /// Marks a seat of the account as settled and returns its state, which decides what its worker gets or loses.
    ///
    /// Only after the end: until then a round may still turn an accepted seat into a rejected one, and pay that has left
    /// the escrow does not come back.
    ///
    /// # Errors
    /// `TaskNotEnded`, `NoSuchSeat`; those of [`Seat::settle`].
    #[inline(always)]
    pub fn settle(&mut self, seat: usize, worker: &Address) -> Rule<SeatState> {
        self.check_ended()?;
        self.seat_mut(seat)?.settle(worker)
    }

    /// As [`Task::settle`], for the seat of the task's check, and for members and challengers of its rounds.
    ///
    /// # Errors
    /// `TaskNotEnded`; those of [`Seat::settle`].
    #[inline(never)]
    pub fn settle_outside(&self, seat: &mut Seat, worker: &Address) -> Rule<SeatState> {
        self.check_ended()?;
        seat.settle(worker)
    }

    /// As [`Seat::pay_owed`], for a seat of the account whose worker is known to be its holder.
    ///
    /// # Errors
    /// `NoSuchSeat`, `AlreadySettled`.
    #[inline(never)]
    pub fn pay_owed(&mut self, seat: usize) -> Rule<()> {
        self.seat_mut(seat)?.pay_owed()
    }

    /// Marks a settled seat of the account as owed, if it is one that is paid. Returns whether it is.
    ///
    /// # Errors
    /// `NoSuchSeat`.
    pub fn owe(&mut self, seat: usize) -> Rule<bool> {
        let is_paid = self.is_paid(seat);
        let place = self.seat_mut(seat)?;
        let owed = is_paid && place.state() == SeatState::Accepted;
        if owed {
            place.owe();
        }
        Ok(owed)
    }

    /// Returns whether the escrow pays the price to this seat of the account, if it is accepted.
    ///
    /// When a draw says that no check is due, only who knows the digest can act on it. A first worker that waits until the
    /// draw is forgotten would make every task have a check, for a friend to be paid for: that check is paid with the
    /// first seat's own pay.
    pub fn is_paid(&self, seat: usize) -> bool {
        seat > 0 || !self.has(flag::FORGONE)
    }

    /// Decides whether a check pays for the first seat's lapse, from the state of the check.
    fn settle_lapse(&mut self, check_accepted: bool) -> Rule<()> {
        let lapsed = self.has(flag::LAPSED) && check_accepted;
        let first = self.first_mut()?;
        first.flags &= !flag::FORGONE;
        if lapsed {
            first.flags |= flag::FORGONE;
        }
        Ok(())
    }

    fn check_ended(&self) -> Rule<()> {
        if !self.phase().is_end() {
            return Err(MarketError::TaskNotEnded);
        }
        Ok(())
    }

    /// Refuses a call that leaves the task's check out: its seat would stay undecided for ever, and its bond bound. The
    /// account of a check lives until its task has ended.
    fn require_check(&self, check: Option<&Seat>) -> Rule<()> {
        if self.has(flag::CHECK_SPENT) && check.is_none() {
            return Err(MarketError::CheckMissing);
        }
        Ok(())
    }

    fn is_overdue(&self, now: Moment) -> bool {
        self.seats
            .first()
            .is_some_and(|first| first.until.get() != 0 && now.time >= first.until.get())
    }
}

fn is_accepted(seat: Option<&mut Seat>) -> bool {
    seat.is_some_and(|seat| seat.state() == SeatState::Accepted)
}
