use crate::error::MarketError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Where a seat stands. One seat is one replica of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SeatState {
    /// As the account was created: free for a task's first replicas, an unopened spare behind them.
    Untouched = 0,
    /// Waits for a worker.
    Free = 1,
    /// Held by a worker that must commit by the deadline.
    Claimed = 2,
    /// Committed; must reveal by the deadline once everyone has committed.
    Committed = 3,
    /// Revealed; waits for the verdict.
    Revealed = 4,
    /// The digest won: paid by `collect`.
    Accepted = 5,
    /// The digest lost: slashed by `penalize`.
    Rejected = 6,
    /// Claimed and not delivered in time: pays the requester through `penalize`.
    Missed = 7,
    /// Delivered, but its task was refunded without a verdict: the bond returns through `collect`.
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

/// One replica of one task, as it lies in the job's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Seat {
    /// Who claimed it; zero before.
    pub worker: Address,
    /// The commitment once committed, the result digest once revealed.
    pub value: [u8; 32],
    /// Unix time by which the next step is due; while free, the time it became free (0: at posting).
    pub deadline: PodI64,
    /// Seconds from the posting to the claim.
    pub claimed_after: PodU32,
    /// `SeatState` as a byte.
    pub state: u8,
    /// 1 once the worker was paid, released or penalized for it.
    pub collected: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Seat {
    /// The state; a byte no program version wrote reads as `Vacant`, which permits nothing.
    pub fn state(&self) -> SeatState {
        SeatState::from_byte(self.state).unwrap_or(SeatState::Vacant)
    }

    pub fn set_state(&mut self, state: SeatState) {
        self.state = state as u8;
    }

    /// Gives a free seat to `worker`, `claimed_after` seconds after the posting.
    pub fn claim(&mut self, worker: &Address, claimed_after: u32, commit_by: i64) {
        self.worker = *worker;
        self.claimed_after = claimed_after.into();
        self.deadline = commit_by.into();
        self.set_state(SeatState::Claimed);
    }

    /// Records the holder's commitment.
    ///
    /// Errors: `NotSeatHolder`, `NotClaimed`, `DeadlinePassed`.
    #[inline(always)]
    pub fn commit(&mut self, worker: &Address, commitment: &[u8; 32], now: i64) -> Rule<()> {
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

    /// Replaces the holder's commitment, which `opening` must equal, by the digest it hid.
    ///
    /// Errors: `NotSeatHolder`, `NotCommitted`, `DeadlinePassed`, `WrongReveal`.
    #[inline(always)]
    pub fn reveal(
        &mut self,
        worker: &Address,
        digest: &[u8; 32],
        opening: &[u8; 32],
        now: i64,
    ) -> Rule<()> {
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

    /// Errors: `NotSeatHolder`.
    pub fn check_holder(&self, worker: &Address) -> Rule<()> {
        if self.worker != *worker {
            return Err(MarketError::NotSeatHolder);
        }
        Ok(())
    }
}
