//! A task from its first seat to its end.

use super::{
    contribution::{agreement_hash, blinded, seal, Contribution},
    round::{Outcome, RoundKind},
    seat::LateExpiry,
    Moment, Rules, Seat, SeatState,
};
use crate::error::MarketError;
use anchor_lang::prelude::Address;

/// Where a task stands; kept in its first seat, whose `until` is the end of the phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Its seats are taken and delivered one after the other. Once all are in, `until` is the end of the opening.
    Running = 0,
    /// As `Running`, with a drawn check in an account of its own.
    Checking = 1,
    /// Contributions differ, or one was sealed wrongly: waits for a round until `until`.
    Split = 2,
    /// The result is open. Without a challenge it is final at `until`.
    Standing = 3,
    /// As `Standing`, while the requester's check runs; the hold goes on when it is over.
    Rechecking = 4,
    /// A round decides.
    Disputed = 5,
    /// Ended: verified and paid.
    Final = 6,
    /// Ended: paid, but not verified as far as the job asked for. No receipt, no emission weight.
    Unproven = 7,
    /// Ended without a result.
    Refunded = 8,
    /// Taken back by the requester before anybody claimed it.
    Cancelled = 9,
}

impl Phase {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Running,
            1 => Self::Checking,
            2 => Self::Split,
            3 => Self::Standing,
            4 => Self::Rechecking,
            5 => Self::Disputed,
            6 => Self::Final,
            7 => Self::Unproven,
            8 => Self::Refunded,
            9 => Self::Cancelled,
            _ => return None,
        })
    }

    /// Returns whether the task is over.
    pub fn is_end(self) -> bool {
        matches!(
            self,
            Self::Final | Self::Unproven | Self::Refunded | Self::Cancelled
        )
    }
}

/// Bits of the first seat's `flags`.
pub mod flag {
    /// The result is public: the first seat holds the digest.
    pub const OPEN: u8 = 1;
    /// A late seat that was due was closed without a worker.
    pub const UNMANNED: u8 = 2;
    /// At least one late seat contributed, or a round decided.
    pub const CHECKED: u8 = 4;
    /// The check that the chance decides on was due, or was asked for by the requester.
    pub const CHECK_SPENT: u8 = 8;
    /// The draw of the check was forgotten before anybody used it, so that the check was due.
    pub const LAPSED: u8 = 16;
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
    pub fn holds(&self, worker: &Address) -> bool {
        let taken = |seat: &Seat| !matches!(seat.state(), SeatState::Free | SeatState::Closed);
        self.seats
            .iter()
            .any(|seat| taken(seat) && seat.worker == *worker)
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

    /// Checks that the seat can be claimed now, by whoever has the rank.
    ///
    /// # Errors
    /// `NoSuchSeat`, `TaskDecided`, `SeatNotFree`, `SeatNotDrawn`, `ClaimingOver`, `AlreadyInTask`.
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
    fn compare(&mut self, contribution: &Contribution, now: Moment, rules: &Rules) -> Rule<()> {
        self.set_flag(flag::CHECKED)?;
        if self.first()?.hash != contribution.hash {
            self.split(now, rules)?;
        }
        Ok(())
    }

    fn split(&mut self, now: Moment, rules: &Rules) -> Rule<()> {
        for seat in self.seats.iter_mut().skip(1) {
            if seat.state() == SeatState::Free {
                seat.set_state(SeatState::Closed);
            }
        }
        self.enter(Phase::Split, now.time.saturating_add(rules.open_window))
    }

    /// Turns to the late seat behind `seat`; behind the last one the opening begins.
    fn next_after(&mut self, seat: usize, now: Moment, rules: &Rules) -> Rule<()> {
        if let Some(next) = self.seats.get_mut(seat.saturating_add(1)) {
            next.await_draw(now, rules);
            return Ok(());
        }
        self.await_opening(now, rules)
    }

    fn await_opening(&mut self, now: Moment, rules: &Rules) -> Rule<()> {
        let first = self.first_mut()?;
        first.slot = now.slot.into();
        first.until = now.time.saturating_add(rules.open_window).into();
        Ok(())
    }

    /// Returns whether every seat of the account is delivered or closed, so that the result can be opened unless a check
    /// is due.
    pub fn is_complete(&self) -> bool {
        let first = self.seats.first();
        first.is_some_and(|s| s.state() == SeatState::Contributed)
            && !self.seats.iter().any(Seat::is_pending)
    }

    /// Returns whether a chance still decides if a check is due.
    pub fn awaits_check_draw(&self, rules: &Rules) -> bool {
        rules.check_bps > 0 && self.phase() == Phase::Running && self.is_complete()
    }

    /// Opens the drawn check in `check`, a zeroed seat.
    ///
    /// # Errors
    /// `NothingToDraw`, `DrawTooEarly`, `CheckNotDue`.
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

    /// Returns whether the escrow pays the price to this seat, if it is accepted. `check` is the seat of the drawn check.
    ///
    /// When a draw says that no check is due, only who knows the digest can act on it. A first worker that waits until the
    /// draw is forgotten would make every task have a check, for a friend to be paid for: that check is paid with the
    /// first seat's own pay.
    pub fn is_paid(&self, seat: usize, check: Option<&Seat>) -> bool {
        let checked = check.is_some_and(|check| check.state() == SeatState::Accepted);
        seat > 0 || !self.has(flag::LAPSED) || !checked
    }

    /// Turns the unspent check of a standing result into one, for the requester. `check` is a zeroed seat.
    ///
    /// # Errors
    /// `NotStanding`, `NoCheckLeft`.
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
        self.enter(Phase::Rechecking, hold)
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

    /// Opens the agreed result and checks every seal, that of the drawn check included.
    ///
    /// `draw` matters only while [`Task::awaits_check_draw`]. `seed` is the job's, `number` the task's.
    ///
    /// # Errors
    /// `NotAgreed` unless every seat that is due has contributed the same hash; `DrawTooEarly`, `CheckDue`;
    /// `DeadlinePassed`; `WrongOpening` when the digest is another.
    #[allow(clippy::too_many_arguments)]
    pub fn open(
        &mut self,
        digest: &[u8; 32],
        check: Option<&mut Seat>,
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
        let hash = agreement_hash(seed, number, digest);
        if first.hash != hash {
            return Err(MarketError::WrongOpening);
        }
        let (mut right, mut wrong) = (0u32, 0u32);
        let seats = self.seats.iter_mut().chain(check);
        for seat in seats.filter(|seat| seat.state() == SeatState::Contributed) {
            let sealed = seal(seed, number, &seat.worker, digest);
            if seat.judge(&hash, &sealed) {
                right = right.saturating_add(1);
            } else {
                wrong = wrong.saturating_add(1);
            }
        }
        let first = self.first_mut()?;
        first.hash = *digest;
        first.flags |= flag::OPEN;
        first.winners = u8::try_from(right).unwrap_or(u8::MAX);
        if right == 0 {
            self.enter(Phase::Refunded, 0)?;
            return Ok(Opened::Refunded);
        }
        if wrong > 0 {
            self.split(now, rules)?;
            return Ok(Opened::Split);
        }
        self.enter(Phase::Standing, now.time.saturating_add(rules.hold))?;
        Ok(Opened::Standing)
    }

    /// Opens the check that the requester asked for: it committed to `digest`, blinded with `memory` = `Q`. The same digest
    /// as the standing one lets the hold go on, another splits the task.
    ///
    /// # Errors
    /// `NotStanding` unless the check has contributed; `DeadlinePassed`; `WrongOpening`.
    #[allow(clippy::too_many_arguments)]
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
            // This does not count as a check: nobody compares `Q` with that of another run, so who only repeats the
            // public digest is not found out.
            check.set_state(SeatState::Accepted);
            let first = self.first_mut()?;
            first.winners = first.winners.saturating_add(1);
            let hold = first.until.get();
            return self.enter(Phase::Standing, hold);
        }
        self.split(now, rules)
    }

    /// Moves a check whose time is over: missed, closed without a worker, or contributed and never opened.
    ///
    /// # Errors
    /// `NothingOverdue`.
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
        let hold = self.first()?.until.get();
        if phase == Phase::Rechecking
            && check.state() == SeatState::Contributed
            && now.time >= check.until.get()
        {
            check.set_state(SeatState::Rejected);
            self.enter(Phase::Standing, hold)?;
            return Ok(LateExpiry::Closed);
        }
        let expiry = check.expire_late(now, rules)?;
        if expiry == LateExpiry::Closed {
            if phase == Phase::Checking {
                self.set_flag(flag::UNMANNED)?;
                self.await_opening(now, rules)?;
            } else {
                self.enter(Phase::Standing, hold)?;
            }
        }
        Ok(expiry)
    }

    /// Moves a task in which something is overdue. `check` is the seat of its drawn check, where it has one.
    ///
    /// # Errors
    /// `NothingOverdue`.
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

    fn is_overdue(&self, now: Moment) -> bool {
        self.seats
            .first()
            .is_some_and(|first| first.until.get() != 0 && now.time >= first.until.get())
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

    /// Opens a round on a standing result that somebody contradicts; the second one is the appeal.
    ///
    /// # Errors
    /// `NotStanding` when the hold is over, or the appeal is spent.
    pub fn challenge(&mut self, now: Moment) -> Rule<RoundKind> {
        if self.phase() != Phase::Standing || self.is_overdue(now) {
            return Err(MarketError::NotStanding);
        }
        self.begin_round(MarketError::NotStanding)
    }

    /// Applies what a round decided. `first_hash` is the agreement hash that the first seat contributed, which the round
    /// has kept; `check` the seat of the drawn check, where there was one.
    ///
    /// A majority of five makes its digest stand for another hold; a majority of forty-five is final. Without a majority
    /// whoever contradicts a public result has not proven it: what stood stays, unproven. A disagreement before any
    /// opening waits for the appeal, so that three seats of five do not save a liar; without a majority there it ends
    /// without a result, and who contributed is paid.
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
            return self.stay(kind, check, now, rules);
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

    fn stay(
        &mut self,
        kind: RoundKind,
        check: Option<&mut Seat>,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        if kind == RoundKind::Dispute && !self.has(flag::OPEN) {
            return self.split(now, rules);
        }
        for seat in self.seats.iter_mut().chain(check) {
            if seat.state() == SeatState::Contributed {
                seat.set_state(SeatState::Accepted);
            }
        }
        // Unproven after an appeal as well: seats that were left empty must not make the verdict of three seats final.
        self.enter(Phase::Unproven, 0)
    }

    /// Ends a result whose hold is over. Returns the phase that it is in now.
    pub fn finish(&mut self, now: Moment) -> Rule<Phase> {
        if self.phase() == Phase::Standing && self.is_overdue(now) {
            let proven = self.has(flag::CHECKED) || !self.has(flag::UNMANNED);
            let end = if proven {
                Phase::Final
            } else {
                Phase::Unproven
            };
            self.enter(end, 0)?;
        }
        Ok(self.phase())
    }
}

fn reject_contributed(seat: &mut Seat) {
    if seat.state() == SeatState::Contributed {
        seat.set_state(SeatState::Rejected);
    }
}
