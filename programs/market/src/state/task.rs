use super::{Slot, SlotSet, SlotState};
use crate::error::MarketError;
use anchor_lang::prelude::Address;

/// The slots of one task: its replicas first, then its spares. Every fact about a task is derived from them.
pub struct Task<'a> {
    pub slots: &'a mut [Slot],
    pub replicas: usize,
    pub quorum: usize,
}

/// What expiring a task changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Claims that were not committed in time.
    pub missed: SlotSet,
    /// Free slots that nobody can claim any more.
    pub closed: SlotSet,
    /// Spares that opened instead of the missed ones.
    pub spares: u8,
}

/// What settling a task decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    /// Commitments that were not revealed in time.
    pub missed: SlotSet,
    /// Slots that reached a final state and concern a worker.
    pub finished: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A quorum revealed this digest.
    Accepted([u8; 32]),
    /// No quorum yet; this many spares opened for another round.
    NewRound(u8),
    /// No quorum and no way to one.
    Refunded,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Task<'_> {
    /// The state of a slot with untouched replicas read as free.
    pub fn state(&self, index: usize) -> SlotState {
        match self.slots.get(index) {
            Some(slot) => seen(slot, index < self.replicas),
            None => SlotState::Vacant,
        }
    }

    fn states(&self) -> impl Iterator<Item = SlotState> + '_ {
        let slots = self.slots.iter().enumerate();
        slots.map(|(index, slot)| seen(slot, index < self.replicas))
    }

    fn count(&self, wanted: impl Fn(SlotState) -> bool) -> usize {
        self.states().filter(|state| wanted(*state)).count()
    }

    /// Whether no worker ever claimed a replica.
    pub fn is_untouched(&self) -> bool {
        self.states()
            .all(|s| matches!(s, SlotState::Free | SlotState::Untouched))
    }

    /// Whether every slot is final.
    pub fn is_decided(&self) -> bool {
        use SlotState::*;
        !self
            .states()
            .any(|s| matches!(s, Free | Claimed | Committed | Revealed))
    }

    /// Whether every open slot has committed, so that revealing helps nobody to copy.
    pub fn is_sealed(&self) -> bool {
        !self
            .states()
            .any(|s| matches!(s, SlotState::Free | SlotState::Claimed))
    }

    pub fn holds(&self, worker: &Address) -> bool {
        self.slots.iter().any(|slot| slot.worker == *worker)
    }

    /// Starts the reveal phase if the task has just been sealed: every commitment gets the same deadline. Answers whether
    /// there is one.
    pub fn open_reveal_if_sealed(&mut self, reveal_by: i64) -> bool {
        if !self.is_sealed() {
            return false;
        }
        let mut opened = false;
        for slot in self.slots.iter_mut() {
            if slot.state() == SlotState::Committed {
                slot.deadline = reveal_by.into();
                opened = true;
            }
        }
        opened
    }

    /// Opens up to `wanted` spares at `now`; answers how many.
    fn open_spares(&mut self, wanted: usize, now: i64) -> u8 {
        let mut opened = 0u8;
        for slot in self.slots.iter_mut().skip(self.replicas) {
            if usize::from(opened) == wanted {
                break;
            }
            if slot.state() == SlotState::Untouched {
                slot.set_state(SlotState::Free);
                slot.deadline = now.into();
                opened = opened.saturating_add(1);
            }
        }
        opened
    }

    fn unopened_spares(&self) -> usize {
        self.count(|s| s == SlotState::Untouched)
    }

    /// Marks overdue claims as missed and opens a spare for each while `claiming`; afterwards closes free slots.
    ///
    /// Errors: `NothingOverdue`.
    pub fn expire(&mut self, now: i64, claiming: bool) -> Rule<Expiry> {
        let mut expiry = Expiry::default();
        for index in 0..self.slots.len() {
            let state = self.state(index);
            let Some(slot) = self.slots.get_mut(index) else {
                continue;
            };
            match state {
                SlotState::Claimed if slot.deadline.get() < now => {
                    slot.set_state(SlotState::Missed);
                    expiry.missed.insert(index);
                }
                SlotState::Free if !claiming => {
                    slot.set_state(SlotState::Vacant);
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

    /// Judges a sealed task: commitments past their deadline are missed, then the largest group of equal digests wins
    /// if it reaches the quorum. Without one, spares open while `claiming` if they can complete it; else the task is
    /// refunded and undecided deliveries are void.
    ///
    /// Errors: `TaskDecided`, `TaskStillRunning`.
    pub fn settle(&mut self, now: i64, claiming: bool) -> Rule<Decision> {
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

    /// Errors: `TaskStillRunning` while anyone may still claim, commit or reveal and a quorum is in reach.
    fn miss_overdue_reveals(&mut self, now: i64) -> Rule<SlotSet> {
        if !self.is_sealed() {
            return Err(MarketError::TaskStillRunning);
        }
        let delivered = self.count(|s| matches!(s, SlotState::Committed | SlotState::Revealed));
        if delivered < self.quorum {
            // Nobody's reveal can decide it: no need to wait, and nobody is late.
            return Ok(SlotSet::default());
        }
        let mut missed = SlotSet::default();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.state() == SlotState::Committed {
                if slot.deadline.get() >= now {
                    return Err(MarketError::TaskStillRunning);
                }
                slot.set_state(SlotState::Missed);
                missed.insert(index);
            }
        }
        Ok(missed)
    }

    fn largest_group(&self) -> ([u8; 32], usize) {
        let mut best = ([0u8; 32], 0usize);
        let is_revealed = |slot: &&Slot| slot.state() == SlotState::Revealed;
        let mut revealed = self.slots.iter().filter(is_revealed);
        while let Some(slot) = revealed.next() {
            // A group is counted whole from its first member on. The first bytes tell most digests apart, for less than a
            // comparison costs.
            let first = slot.value[0];
            let agrees = |other: &&Slot| other.value[0] == first && other.value == slot.value;
            let votes = revealed.clone().filter(agrees).count().saturating_add(1);
            if votes > best.1 {
                best = (slot.value, votes);
            }
        }
        best
    }

    fn judge(&mut self, digest: &[u8; 32]) -> u32 {
        self.finish(SlotState::Revealed, |slot| {
            if slot.value == *digest {
                SlotState::Accepted
            } else {
                SlotState::Rejected
            }
        })
    }

    fn void(&mut self) -> u32 {
        self.finish(SlotState::Revealed, |_| SlotState::Void)
            .saturating_add(self.finish(SlotState::Committed, |_| SlotState::Void))
    }

    fn finish(&mut self, from: SlotState, to: impl Fn(&Slot) -> SlotState) -> u32 {
        let mut changed = 0u32;
        for slot in self.slots.iter_mut() {
            if slot.state() == from {
                let state = to(slot);
                slot.set_state(state);
                changed = changed.saturating_add(1);
            }
        }
        changed
    }

    /// Closes a task that nobody claimed.
    pub fn cancel(&mut self) {
        for slot in self.slots.iter_mut() {
            slot.set_state(SlotState::Vacant);
        }
    }

    /// Winners of an accepted task.
    pub fn winners(&self) -> u64 {
        self.count(|s| s == SlotState::Accepted) as u64
    }
}

fn seen(slot: &Slot, is_replica: bool) -> SlotState {
    match slot.state() {
        SlotState::Untouched if is_replica => SlotState::Free,
        state => state,
    }
}

/// `judged` are the deliveries that reached a final state.
fn decision(verdict: Verdict, missed: SlotSet, judged: u32) -> Decision {
    Decision {
        verdict,
        missed,
        finished: missed.len().saturating_add(judged),
    }
}
