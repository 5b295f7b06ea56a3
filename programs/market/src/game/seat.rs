//! One worker's place in a task or in a round.

use super::{contribution::Contribution, Moment, Rules, SeatState};
use crate::error::MarketError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// A seat as it lies in an account. Times are seconds and slots since the posting of the job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Seat {
    /// Who claimed it last; zero before.
    pub worker: Address,
    /// The agreement hash once contributed; before that the seed of a late seat that was drawn. In the first seat of a
    /// task the digest `D` once the result is open.
    pub hash: [u8; 32],
    /// The seal once contributed.
    pub seal: [u8; 32],
    /// Time of the claim.
    pub claimed_at: PodU32,
    /// Since when the seat is free: admission counts from here.
    pub free_since: PodU32,
    /// A late seat: the slot whose successor draws it. The first seat: the slot of the task's last contribution.
    pub slot: PodU32,
    /// A late seat: when claims end. A check over a public result that has contributed: when it must be opened. The first
    /// seat: when the phase of the task ends (see [`super::Phase`]).
    pub until: PodU32,
    /// A [`SeatState`].
    pub state: u8,
    /// Deadlines missed in this seat so far; stops at 255.
    pub misses: u8,
    /// 1 once a late seat has its seed.
    pub drawn: u8,
    /// Bit 0 once its worker was paid, released or penalized; bit 1 once an award was paid; bit 2 while it is released and
    /// its pay is owed.
    pub settled: u8,
    /// Of a task's first seat only: a [`super::Phase`].
    pub phase: u8,
    /// Of a task's first seat only: how many rounds were opened on the result, at most two.
    pub rounds: u8,
    /// Of a task's first seat only: bits of [`super::task::flag`].
    pub flags: u8,
    /// Of a task's first seat only: how many seats share the task's emission weight, its check included.
    pub winners: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Seat {
    /// Returns the state. Bytes that no transition writes read as `Closed`.
    pub fn state(&self) -> SeatState {
        SeatState::from_byte(self.state).unwrap_or(SeatState::Closed)
    }

    pub(super) fn set_state(&mut self, state: SeatState) {
        self.state = state as u8;
    }

    /// Returns what the seat contributed.
    pub fn contribution(&self) -> Contribution {
        Contribution {
            hash: self.hash,
            seal: self.seal,
        }
    }

    /// Returns the second from which a claim of this seat is overdue.
    pub fn deadline(&self, run_window: u32) -> u32 {
        self.claimed_at.get().saturating_add(run_window)
    }

    /// Makes a late seat wait for its draw: nobody can take it before the hash of a later slot names its seed.
    pub(super) fn await_draw(&mut self, now: Moment, rules: &Rules) {
        self.free_since = now.time.into();
        self.slot = now.slot.into();
        self.until = now.time.saturating_add(rules.late_claims()).into();
    }

    /// Returns when a late seat began to wait for its draw: before that nobody could know its seed.
    pub fn draw_time(&self, rules: &Rules) -> u32 {
        self.until.get().saturating_sub(rules.late_claims())
    }

    /// Returns whether a late seat's turn has come and its seed is still to be drawn.
    pub fn awaits_draw(&self) -> bool {
        self.state() == SeatState::Free && self.drawn == 0 && self.until.get() != 0
    }

    /// Gives a late seat its seed.
    ///
    /// # Errors
    /// `NothingToDraw` unless the seat waits for its draw.
    pub fn draw(&mut self, seed: [u8; 32]) -> Rule<()> {
        if !self.awaits_draw() {
            return Err(MarketError::NothingToDraw);
        }
        self.hash = seed;
        self.drawn = 1;
        Ok(())
    }

    /// Names another slot for the draw of a late seat whose slot the chain has forgotten. The end of its claims stays.
    ///
    /// # Errors
    /// `NothingToDraw` unless the seat waits for its draw.
    pub fn draw_later(&mut self, now: Moment) -> Rule<()> {
        if !self.awaits_draw() {
            return Err(MarketError::NothingToDraw);
        }
        self.free_since = now.time.into();
        self.slot = now.slot.into();
        Ok(())
    }

    /// Checks that a late seat can be claimed now.
    ///
    /// # Errors
    /// `SeatNotFree`, `SeatNotDrawn`, `ClaimingOver`.
    #[inline(always)]
    pub fn check_late_claim(&self, now: Moment) -> Rule<()> {
        if self.state() != SeatState::Free {
            return Err(MarketError::SeatNotFree);
        }
        if self.drawn == 0 {
            return Err(MarketError::SeatNotDrawn);
        }
        if now.time >= self.until.get() {
            return Err(MarketError::ClaimingOver);
        }
        Ok(())
    }

    /// Gives the seat to `worker`. The caller has checked that it may have it.
    pub fn claim(&mut self, worker: &Address, now: Moment) {
        self.worker = *worker;
        self.claimed_at = now.time.into();
        self.set_state(SeatState::Claimed);
    }

    /// Takes the contribution of the seat's worker before `deadline`.
    ///
    /// # Errors
    /// `NotSeatHolder`, `NotClaimed`, `DeadlinePassed`.
    #[inline(always)]
    pub fn contribute(
        &mut self,
        worker: &Address,
        contribution: &Contribution,
        now: Moment,
        deadline: u32,
    ) -> Rule<()> {
        if self.state() != SeatState::Claimed {
            return Err(MarketError::NotClaimed);
        }
        if self.worker != *worker {
            return Err(MarketError::NotSeatHolder);
        }
        if now.time >= deadline {
            return Err(MarketError::DeadlinePassed);
        }
        self.hash = contribution.hash;
        self.seal = contribution.seal;
        self.set_state(SeatState::Contributed);
        Ok(())
    }

    /// Frees a seat whose worker missed the deadline. A late seat keeps its seed and the end of its claims.
    pub(super) fn reopen(&mut self, now: Moment) {
        self.misses = self.misses.saturating_add(1);
        self.free_since = now.time.into();
        self.set_state(SeatState::Free);
    }

    /// Returns whether the seat has contributed, whatever was decided about it since.
    pub fn has_contributed(&self) -> bool {
        matches!(
            self.state(),
            SeatState::Contributed | SeatState::Accepted | SeatState::Rejected | SeatState::Void
        )
    }

    /// Returns whether a late seat is still to be taken or delivered.
    pub fn is_pending(&self) -> bool {
        matches!(self.state(), SeatState::Free | SeatState::Claimed)
    }

    /// Moves a late seat whose time is over: a missed claim frees it, a seat that nobody takes is closed.
    ///
    /// # Errors
    /// `NothingOverdue`.
    #[inline(never)]
    pub fn expire_late(&mut self, now: Moment, rules: &Rules) -> Rule<LateExpiry> {
        match self.state() {
            SeatState::Claimed if now.time >= self.deadline(rules.run_window) => {
                self.reopen(now);
                Ok(LateExpiry::Missed)
            }
            SeatState::Free if self.until.get() != 0 && self.is_idle(now, rules) => {
                self.set_state(SeatState::Closed);
                Ok(LateExpiry::Closed)
            }
            _ => Err(MarketError::NothingOverdue),
        }
    }

    fn is_idle(&self, now: Moment, rules: &Rules) -> bool {
        let idle = self.free_since.get().saturating_add(rules.late_idle());
        now.time >= self.until.get().min(idle)
    }

    /// Decides about a contributed seat: accepted if it committed to `digest` and sealed it, else rejected.
    #[inline(always)]
    pub(super) fn judge(&mut self, expected_hash: &[u8; 32], expected_seal: &[u8; 32]) -> bool {
        let right = self.hash == *expected_hash && self.seal == *expected_seal;
        self.set_state(if right {
            SeatState::Accepted
        } else {
            SeatState::Rejected
        });
        right
    }

    /// Marks the seat of `worker` as settled and returns its state, which decides what the worker gets or loses.
    ///
    /// # Errors
    /// `NotSeatHolder`, `AlreadySettled`.
    pub(super) fn settle(&mut self, worker: &Address) -> Rule<SeatState> {
        self.mark(worker, SETTLED)
    }

    /// Marks the award of `worker` as paid and returns the seat's state. The caller has checked that the task has ended.
    ///
    /// # Errors
    /// `NotSeatHolder`, `AlreadySettled`.
    pub fn award(&mut self, worker: &Address) -> Rule<SeatState> {
        self.mark(worker, AWARDED)
    }

    #[inline(always)]
    fn mark(&mut self, worker: &Address, bit: u8) -> Rule<SeatState> {
        if self.worker != *worker {
            return Err(MarketError::NotSeatHolder);
        }
        if self.settled & bit != 0 {
            return Err(MarketError::AlreadySettled);
        }
        self.settled |= bit;
        Ok(self.state())
    }

    /// Returns whether a seat that was right in a dispute still waits for its award.
    pub fn awaits_award(&self) -> bool {
        self.state() == SeatState::Accepted && self.settled & AWARDED == 0
    }

    /// Marks a settled seat as released: its bond is free, and its pay is owed.
    pub fn owe(&mut self) {
        self.settled |= OWED;
    }

    /// Returns whether the seat is released and its pay is owed.
    pub fn is_owed(&self) -> bool {
        self.settled & OWED != 0
    }

    /// Marks the pay of a released seat as paid.
    ///
    /// # Errors
    /// `AlreadySettled` unless it is owed.
    pub fn pay_owed(&mut self) -> Rule<()> {
        if !self.is_owed() {
            return Err(MarketError::AlreadySettled);
        }
        self.settled &= !OWED;
        Ok(())
    }

    /// Returns whether the seat was paid, released or penalized.
    pub fn is_settled(&self) -> bool {
        self.settled & SETTLED != 0
    }
}

/// Bit of `settled`: paid, released or penalized.
const SETTLED: u8 = 1;
/// Bit of `settled`: the award for having been right in a dispute is paid.
const AWARDED: u8 = 2;
/// Bit of `settled`: released, and the pay is owed.
const OWED: u8 = 4;

/// What [`Seat::expire_late`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateExpiry {
    /// The worker missed its deadline; the seat is free again.
    Missed,
    /// Nobody took the seat in time.
    Closed,
}
