use super::{Seat, SeatSet, SeatState};
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::Address;

/// The seats of one task: its replicas first, then its spares. The state of the task follows from them.
pub struct Task<'a> {
    /// Replicas, then spares.
    pub seats: &'a mut [Seat],
    /// Number of replicas.
    pub replicas: usize,
    /// Number of equal digests that accept a result.
    pub quorum: usize,
}

/// What expiring a task changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Claims that were not committed in time.
    pub missed: SeatSet,
    /// Free seats that closed.
    pub closed: SeatSet,
    /// Number of spares that opened instead of the missed ones.
    pub spares: u8,
}

/// What settling a task decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub verdict: Verdict,
    /// Commitments that were not revealed in time.
    pub missed: SeatSet,
    /// Number of seats that reached a final state and concern a worker.
    pub finished: u32,
}

/// The outcome of settling a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A quorum revealed this digest.
    Accepted([u8; 32]),
    /// No quorum yet. This many spares opened for another round.
    NewRound(u8),
    /// No quorum, and none can be reached.
    Refunded,
}

impl Task<'_> {
    /// Returns the state of a seat. An untouched replica is free.
    pub fn state(&self, index: usize) -> SeatState {
        match self.seats.get(index) {
            Some(seat) => seen(seat, index < self.replicas),
            None => SeatState::Vacant,
        }
    }

    fn states(&self) -> impl Iterator<Item = SeatState> + '_ {
        let seats = self.seats.iter().enumerate();
        seats.map(|(index, seat)| seen(seat, index < self.replicas))
    }

    fn count(&self, wanted: impl Fn(SeatState) -> bool) -> usize {
        self.states().filter(|state| wanted(*state)).count()
    }

    /// Returns whether no worker ever claimed a seat.
    pub fn is_untouched(&self) -> bool {
        self.states()
            .all(|s| matches!(s, SeatState::Free | SeatState::Untouched))
    }

    /// Returns whether every seat is final.
    pub fn is_decided(&self) -> bool {
        use SeatState::*;
        !self
            .states()
            .any(|s| matches!(s, Free | Claimed | Committed | Revealed))
    }

    /// Returns whether every open seat has committed, so that nobody can copy what is revealed.
    pub fn is_sealed(&self) -> bool {
        !self
            .states()
            .any(|s| matches!(s, SeatState::Free | SeatState::Claimed))
    }

    /// Returns whether `worker` holds a seat of the task.
    pub fn holds(&self, worker: &Address) -> bool {
        self.seats.iter().any(|seat| seat.worker == *worker)
    }

    /// Starts the reveals if every open seat has committed: all commitments get the same deadline. Returns whether there is
    /// a commitment to reveal.
    pub fn open_reveal_if_sealed(&mut self, reveal_by: i64) -> bool {
        if !self.is_sealed() {
            return false;
        }
        let mut opened = false;
        for seat in self.seats.iter_mut() {
            if seat.state() == SeatState::Committed {
                seat.deadline = reveal_by.into();
                opened = true;
            }
        }
        opened
    }

    /// Opens up to `wanted` spares at `now` and returns how many.
    fn open_spares(&mut self, wanted: usize, now: i64) -> u8 {
        let mut opened = 0u8;
        for seat in self.seats.iter_mut().skip(self.replicas) {
            if usize::from(opened) == wanted {
                break;
            }
            if seat.state() == SeatState::Untouched {
                seat.set_state(SeatState::Free);
                seat.deadline = now.into();
                opened = opened.saturating_add(1);
            }
        }
        opened
    }

    fn unopened_spares(&self) -> usize {
        self.count(|s| s == SeatState::Untouched)
    }

    /// Marks overdue claims as missed. While `claiming`, opens a spare for each; afterwards closes free seats.
    ///
    /// # Errors
    /// `NothingOverdue`.
    pub fn expire(&mut self, now: i64, claiming: bool) -> RuleResult<Expiry> {
        let mut expiry = Expiry::default();
        for index in 0..self.seats.len() {
            let state = self.state(index);
            let Some(seat) = self.seats.get_mut(index) else {
                continue;
            };
            match state {
                SeatState::Claimed if seat.deadline.get() < now => {
                    seat.set_state(SeatState::Missed);
                    expiry.missed.insert(index);
                }
                SeatState::Free if !claiming => {
                    seat.set_state(SeatState::Vacant);
                    expiry.closed.insert(index);
                }
                _ => {}
            }
        }
        if expiry.missed.is_empty() && expiry.closed.is_empty() {
            return Err(MarketError::NothingOverdue);
        }
        if claiming {
            expiry.spares = self.open_spares(expiry.missed.len() as usize, now);
        }
        Ok(expiry)
    }

    /// Judges a task whose open seats have all committed. Commitments past their deadline are missed. The largest group of
    /// equal digests wins if it reaches the quorum. Otherwise spares open while `claiming`, if they can complete the quorum;
    /// else the task is refunded and its deliveries are void.
    ///
    /// # Errors
    /// `TaskDecided`, `TaskStillRunning`.
    pub fn settle(&mut self, now: i64, claiming: bool) -> RuleResult<Decision> {
        if self.is_decided() {
            return Err(MarketError::TaskDecided);
        }
        let missed = self.miss_overdue_reveals(now)?;
        let (digest, votes) = self.largest_group();
        if votes >= self.quorum {
            let judged = self.judge(&digest);
            return Ok(decision(Verdict::Accepted(digest), missed, judged));
        }
        let needed = self.quorum.saturating_sub(votes);
        if claiming && self.unopened_spares() >= needed {
            let opened = self.open_spares(needed, now);
            return Ok(decision(Verdict::NewRound(opened), missed, 0));
        }
        let void = self.void();
        Ok(decision(Verdict::Refunded, missed, void))
    }

    /// Marks overdue commitments as missed.
    ///
    /// # Errors
    /// `TaskStillRunning` while anyone may still claim, commit or reveal and a quorum is in reach.
    fn miss_overdue_reveals(&mut self, now: i64) -> RuleResult<SeatSet> {
        if !self.is_sealed() {
            return Err(MarketError::TaskStillRunning);
        }
        let delivered = self.count(|s| matches!(s, SeatState::Committed | SeatState::Revealed));
        if delivered < self.quorum {
            // No reveal can complete a quorum, so there is nothing to wait for.
            return Ok(SeatSet::default());
        }
        let mut missed = SeatSet::default();
        for (index, seat) in self.seats.iter_mut().enumerate() {
            if seat.state() == SeatState::Committed {
                if seat.deadline.get() >= now {
                    return Err(MarketError::TaskStillRunning);
                }
                seat.set_state(SeatState::Missed);
                missed.insert(index);
            }
        }
        Ok(missed)
    }

    fn largest_group(&self) -> ([u8; 32], usize) {
        let mut best = ([0u8; 32], 0usize);
        let is_revealed = |seat: &&Seat| seat.state() == SeatState::Revealed;
        let mut revealed = self.seats.iter().filter(is_revealed);
        while let Some(seat) = revealed.next() {
            // A group is counted from its first member on. The first byte tells most digests apart and costs less than a
            // whole comparison.
            let first = seat.value[0];
            let agrees = |other: &&Seat| other.value[0] == first && other.value == seat.value;
            let votes = revealed.clone().filter(agrees).count().saturating_add(1);
            if votes > best.1 {
                best = (seat.value, votes);
            }
        }
        best
    }

    fn judge(&mut self, digest: &[u8; 32]) -> u32 {
        self.finish(SeatState::Revealed, |seat| {
            if seat.value == *digest {
                SeatState::Accepted
            } else {
                SeatState::Rejected
            }
        })
    }

    fn void(&mut self) -> u32 {
        self.finish(SeatState::Revealed, |_| SeatState::Void)
            .saturating_add(self.finish(SeatState::Committed, |_| SeatState::Void))
    }

    fn finish(&mut self, from: SeatState, to: impl Fn(&Seat) -> SeatState) -> u32 {
        let mut changed = 0u32;
        for seat in self.seats.iter_mut() {
            if seat.state() == from {
                let state = to(seat);
                seat.set_state(state);
                changed = changed.saturating_add(1);
            }
        }
        changed
    }

    /// Closes every seat of a task that nobody claimed.
    pub fn cancel(&mut self) {
        for seat in self.seats.iter_mut() {
            seat.set_state(SeatState::Vacant);
        }
    }

    /// Returns the number of accepted seats.
    pub fn winners(&self) -> u64 {
        self.count(|s| s == SeatState::Accepted) as u64
    }
}

fn seen(seat: &Seat, is_replica: bool) -> SeatState {
    match seat.state() {
        SeatState::Untouched if is_replica => SeatState::Free,
        state => state,
    }
}

/// Returns the decision. `judged` is the number of deliveries that reached a final state.
fn decision(verdict: Verdict, missed: SeatSet, judged: u32) -> Decision {
    Decision {
        verdict,
        missed,
        finished: missed.len().saturating_add(judged),
    }
}
