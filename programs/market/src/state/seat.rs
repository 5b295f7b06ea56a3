use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// The state of a seat. One seat is one replica or spare of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SeatState {
    /// Not written yet: a replica that is free, or a spare that has not opened.
    Untouched = 0,
    /// Open to claims.
    Free = 1,
    /// Held by a worker, who must commit by the deadline.
    Claimed = 2,
    /// Committed. The worker must reveal by the deadline, once every open seat has committed.
    Committed = 3,
    /// Revealed, without a verdict yet.
    Revealed = 4,
    /// The digest won. `collect_pay` pays it.
    Accepted = 5,
    /// The digest lost. `penalize_worker` slashes it.
    Rejected = 6,
    /// Claimed and not delivered in time. `penalize_worker` pays the requester out of the bond.
    Missed = 7,
    /// Delivered, but the task was refunded without a verdict. `collect_pay` returns the bond.
    Void = 8,
    /// Closed without a worker.
    Vacant = 9,
}

impl SeatState {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Untouched,
            1 => Self::Free,
            2 => Self::Claimed,
            3 => Self::Committed,
            4 => Self::Revealed,
            5 => Self::Accepted,
            6 => Self::Rejected,
            7 => Self::Missed,
            8 => Self::Void,
            9 => Self::Vacant,
            _ => return None,
        })
    }
}

/// One replica or spare of one task, as it lies in the job's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Seat {
    /// The worker that claimed it; zero before.
    pub worker: Address,
    /// The commitment once committed, the digest of the result once revealed.
    pub value: [u8; 32],
    /// Unix time by which the next step is due, seconds. While free: the time it became free, 0 for the posting.
    pub deadline: PodI64,
    /// Time from the posting to the claim, seconds.
    pub claimed_after: PodU32,
    /// Number of a `SeatState`.
    pub state: u8,
    /// 1 once the worker was paid, released or penalized for it, else 0.
    pub collected: u8,
}

impl Seat {
    /// Returns the state. A byte that no version of the program wrote reads as `Vacant`, which permits nothing.
    pub fn state(&self) -> SeatState {
        SeatState::from_byte(self.state).unwrap_or(SeatState::Vacant)
    }

    /// Writes the state.
    pub fn set_state(&mut self, state: SeatState) {
        self.state = state as u8;
    }

    /// Gives a free seat to `worker`, `claimed_after` seconds after the posting. It must commit by the Unix time `commit_by`.
    pub fn claim(&mut self, worker: &Address, claimed_after: u32, commit_by: i64) {
        self.worker = *worker;
        self.claimed_after = claimed_after.into();
        self.deadline = commit_by.into();
        self.set_state(SeatState::Claimed);
    }

    /// Records the holder's commitment.
    ///
    /// # Errors
    /// `NotSeatHolder`, `NotClaimed`, `DeadlinePassed`.
    #[inline(always)]
    pub fn commit(&mut self, worker: &Address, commitment: &[u8; 32], now: i64) -> RuleResult<()> {
        self.check_holder(worker)?;
        if self.state() != SeatState::Claimed {
            return Err(MarketError::NotClaimed);
        }
        if self.deadline.get() < now {
            return Err(MarketError::DeadlinePassed);
        }
        self.value = *commitment;
        self.set_state(SeatState::Committed);
        Ok(())
    }

    /// Replaces the holder's commitment by the digest. `opening` is the commitment to that digest, computed anew.
    ///
    /// # Errors
    /// `NotSeatHolder`, `NotCommitted`, `DeadlinePassed`, `WrongReveal`.
    #[inline(always)]
    pub fn reveal(
        &mut self,
        worker: &Address,
        digest: &[u8; 32],
        opening: &[u8; 32],
        now: i64,
    ) -> RuleResult<()> {
        self.check_holder(worker)?;
        if self.state() != SeatState::Committed {
            return Err(MarketError::NotCommitted);
        }
        if self.deadline.get() < now {
            return Err(MarketError::DeadlinePassed);
        }
        if self.value != *opening {
            return Err(MarketError::WrongReveal);
        }
        self.value = *digest;
        self.set_state(SeatState::Revealed);
        Ok(())
    }

    /// Checks that `worker` holds the seat.
    ///
    /// # Errors
    /// `NotSeatHolder`.
    pub fn check_holder(&self, worker: &Address) -> RuleResult<()> {
        if self.worker != *worker {
            return Err(MarketError::NotSeatHolder);
        }
        Ok(())
    }
}
