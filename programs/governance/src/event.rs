//! One past-tense event per state change, enough to rebuild the accounts from the logs.

use crate::state::{Action, PodSide, MAX_ACTIONS};
use anchor_lang::prelude::*;

#[event(bytemuck)]
#[repr(C)]
pub struct GovernanceInitialized {
    pub vote_mint: Address,
    /// Token account that receives forfeited deposits.
    pub treasury: Address,
    /// Least turnout, basis points of the total weight.
    pub quorum_bps: PodU64,
    /// Least yes weight.
    pub threshold: PodU64,
    /// Seconds in which a proposal can be voted on.
    pub voting_time: PodU64,
    /// Seconds from the end of the voting to the first moment of execution.
    pub hold_up: PodU64,
    /// Seconds in which a passed proposal can be executed.
    pub execution_window: PodU64,
    /// Base units of the vote mint.
    pub proposal_deposit: PodU64,
    /// Shortest lock, seconds.
    pub min_lock: PodU64,
    /// Longest lock, seconds.
    pub max_lock: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Locked {
    pub lock: Address,
    pub owner: Address,
    /// Tells locks of one owner apart.
    pub nonce: PodU64,
    /// Base units of the vote mint.
    pub amount: PodU64,
    /// The lock's weight: its amount once to four times.
    pub weight: PodU64,
    /// Seconds of cooldown.
    pub duration: PodU64,
    /// Weight of all locks, this one included.
    pub total_weight: PodU64,
    /// Index of the first proposal the lock may vote in.
    pub first_proposal: PodU64,
    /// Unix time.
    pub locked_at: PodI64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct UnlockBegun {
    pub lock: Address,
    /// Weight given up.
    pub weight: PodU64,
    /// Weight of all other locks.
    pub total_weight: PodU64,
    /// Unix time from which it can be withdrawn.
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
    /// UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text.
    pub description: [u8; 32],
    /// Counts proposals.
    pub index: PodU64,
    /// Weight of all locks when it opened.
    pub total_weight: PodU64,
    /// Least turnout, as weight.
    pub quorum: PodU64,
    /// Least yes weight.
    pub threshold: PodU64,
    /// Unix time.
    pub opened_at: PodI64,
    /// Unix time from which it cannot be voted on.
    pub ends_at: PodI64,
    /// Unix time from which it can be executed when it passed.
    pub executable_at: PodI64,
    /// Unix time from which it can no longer be executed.
    pub expires_at: PodI64,
    /// Base units of the vote mint.
    pub deposit: PodU64,
    pub actions: [Action; MAX_ACTIONS],
    /// How many of `actions` count.
    pub action_count: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Voted {
    pub proposal: Address,
    pub lock: Address,
    /// Weight that was cast.
    pub weight: PodU64,
    /// Weight for the proposal now.
    pub yes: PodU64,
    /// Weight against it now.
    pub no: PodU64,
    /// Weight that abstains now.
    pub abstain: PodU64,
    /// Where the weight was cast.
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
    /// Unix time.
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
    /// In the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}
