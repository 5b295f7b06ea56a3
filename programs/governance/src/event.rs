//! One past-tense event per state change, enough to rebuild the accounts from the logs.

use crate::state::{Action, PodSide, MAX_ACTIONS};
use anchor_lang::prelude::*;

/// The parameters are in the transaction's instruction data.
#[event(bytemuck)]
#[repr(C)]
pub struct GovernanceInitialized {
    pub vote_mint: Address,
    pub treasury: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Locked {
    pub lock: Address,
    pub owner: Address,
    /// Base units.
    pub amount: PodU64,
    pub weight: PodU64,
    /// Seconds of cooldown.
    pub duration: PodU64,
    /// Weight of all locks, this one included.
    pub total_weight: PodU64,
    /// Index of the first proposal the lock may vote in.
    pub first_proposal: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct UnlockBegun {
    pub lock: Address,
    /// Weight given up.
    pub weight: PodU64,
    /// Weight of all other locks.
    pub total_weight: PodU64,
    pub unlocks_at: PodI64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct LockWithdrawn {
    pub lock: Address,
    pub owner: Address,
    /// Base units paid: the lock's amount and whatever else was sent to its vault.
    pub amount: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProposalOpened {
    pub proposal: Address,
    pub proposer: Address,
    pub title: [u8; 64],
    pub description: [u8; 32],
    pub index: PodU64,
    /// Weight of all locks when it opened.
    pub total_weight: PodU64,
    pub quorum: PodU64,
    pub threshold: PodU64,
    pub ends_at: PodI64,
    pub executable_at: PodI64,
    pub expires_at: PodI64,
    /// Base units.
    pub deposit: PodU64,
    pub actions: [Action; MAX_ACTIONS],
    pub action_count: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Voted {
    pub proposal: Address,
    pub lock: Address,
    pub weight: PodU64,
    pub yes: PodU64,
    pub no: PodU64,
    pub abstain: PodU64,
    pub side: PodSide,
}

#[event(bytemuck)]
#[repr(C)]
pub struct VoteClosed {
    pub vote: Address,
    pub proposal: Address,
    pub lock: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProposalExecuted {
    pub proposal: Address,
    pub executed_at: PodI64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProposalClosed {
    pub proposal: Address,
    /// Token account that received the deposit: one of the proposer's, or the treasury.
    pub deposit_to: Address,
    /// Base units: the deposit and whatever else was sent to its vault.
    pub deposit: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    pub value: PodU64,
    pub param: u8,
}
