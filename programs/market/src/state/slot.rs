use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Where a slot stands. One slot is one replica of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SlotState {
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
    /// The digest lost: slashed by `penalise`.
    Rejected = 6,
    /// Claimed and not delivered in time: pays the requester through `penalise`.
    Missed = 7,
    /// Delivered, but its task was refunded without a verdict: the bond returns through `collect`.
    Void = 8,
    /// Closed without a worker.
    Vacant = 9,
}

impl SlotState {
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
pub struct Slot {
    /// Who claimed it; zero before.
    pub worker: Address,
    /// The commitment once committed, the result digest once revealed.
    pub value: [u8; 32],
    /// Unix time by which the next step is due; while free, the time it became free (0: at posting).
    pub deadline: PodI64,
    /// Seconds from the posting to the claim.
    pub claimed_after: PodU32,
    /// `SlotState` as a byte.
    pub state: u8,
    /// 1 once the worker was paid, released or penalised for it.
    pub collected: u8,
}

impl Slot {
    /// The state; a byte no program version wrote reads as `Vacant`, which permits nothing.
    pub fn state(&self) -> SlotState {
        SlotState::from_byte(self.state).unwrap_or(SlotState::Vacant)
    }

    pub fn set_state(&mut self, state: SlotState) {
        self.state = state as u8;
    }
}
