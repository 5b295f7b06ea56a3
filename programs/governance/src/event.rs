//! The events of the governance program, one for each state change. They suffice to rebuild the accounts from the logs.

use crate::state::{Action, PodSide, MAX_ACTIONS};
use anchor_lang::prelude::*;

/// The parameters were created.
#[event(bytemuck)]
#[repr(C)]
pub struct GovernanceInitialized {
    /// The token that votes and pays deposits.
    pub vote_mint: Address,
    /// Token account that receives forfeited deposits.
    pub treasury: Address,
    /// Least turnout, basis points of the total weight.
    pub quorum_bps: PodU64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Time in which a proposal can be voted on, seconds.
    pub voting_time: PodU64,
    /// Time from the end of the voting to the first moment of execution, seconds.
    pub hold_up: PodU64,
    /// Time in which a passed proposal can be executed, seconds.
    pub execution_window: PodU64,
    /// Deposit of a proposal, base units of the vote mint.
    pub proposal_deposit: PodU64,
    /// Shortest lock, seconds.
    pub min_lock: PodU64,
    /// Longest lock, seconds.
    pub max_lock: PodU64,
}

/// Vote tokens were locked.
#[event(bytemuck)]
#[repr(C)]
pub struct Locked {
    /// The lock.
    pub lock: Address,
    /// Wallet that owns the lock.
    pub owner: Address,
    /// Number chosen by the owner; the lock's address follows from it.
    pub nonce: PodU64,
    /// Tokens locked, base units of the vote mint.
    pub amount: PodU64,
    /// The lock's weight: its amount times its factor of one to four.
    pub weight: PodU64,
    /// Time from the beginning of the unlocking to the withdrawal, seconds.
    pub duration: PodU64,
    /// Weight of all locks, this one included, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Index of the first proposal the lock may vote in.
    pub first_proposal: PodU64,
    /// Unix time of the locking, seconds.
    pub locked_at: PodI64,
}

/// A lock gave up its weight and began to unlock.
#[event(bytemuck)]
#[repr(C)]
pub struct UnlockBegun {
    /// The lock.
    pub lock: Address,
    /// Weight given up, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
    /// Weight of all other locks, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Unix time from which it can be withdrawn, seconds.
    pub unlocks_at: PodI64,
}

/// A lock was paid to its owner and closed.
#[event(bytemuck)]
#[repr(C)]
pub struct LockWithdrawn {
    /// The lock.
    pub lock: Address,
    /// Wallet that owns the lock.
    pub owner: Address,
    /// Tokens paid, base units of the vote mint: the lock's amount and whatever else was sent to its vault.
    pub amount: PodU64,
}

/// A proposal was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalOpened {
    /// The proposal.
    pub proposal: Address,
    /// Wallet that proposed.
    pub proposer: Address,
    /// Title, UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which is kept elsewhere.
    pub description: [u8; 32],
    /// Index of the proposal, counted from 0.
    pub index: PodU64,
    /// Weight of all locks when it opened, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Least turnout, base units of the vote mint times the locks' factors.
    pub quorum: PodU64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Unix time of the opening, seconds.
    pub opened_at: PodI64,
    /// Unix time from which it cannot be voted on, seconds.
    pub ends_at: PodI64,
    /// Unix time from which it can be executed if it passed, seconds.
    pub executable_at: PodI64,
    /// Unix time from which it can no longer be executed, seconds.
    pub expires_at: PodI64,
    /// Deposit, base units of the vote mint.
    pub deposit: PodU64,
    /// The changes to make; only the first `action_count` count.
    pub actions: [Action; MAX_ACTIONS],
    /// Number of actions.
    pub action_count: u8,
}

/// A lock voted, for the first time or anew.
#[event(bytemuck)]
#[repr(C)]
pub struct Voted {
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Weight that was cast, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
    /// Weight for the proposal now, base units of the vote mint times the locks' factors.
    pub yes: PodU64,
    /// Weight against it now, base units of the vote mint times the locks' factors.
    pub no: PodU64,
    /// Weight that abstains now, base units of the vote mint times the locks' factors.
    pub abstain: PodU64,
    /// Where the weight was cast.
    pub side: PodSide,
}

/// A vote was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct VoteClosed {
    /// The vote.
    pub vote: Address,
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
}

/// The changes of a proposal were made.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalExecuted {
    /// The proposal.
    pub proposal: Address,
    /// Unix time of the execution, seconds.
    pub executed_at: PodI64,
}

/// A proposal was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalClosed {
    /// The proposal.
    pub proposal: Address,
    /// Token account that received the deposit: one of the proposer's, or the treasury.
    pub deposit_to: Address,
    /// Tokens paid, base units of the vote mint: the deposit and whatever else was sent to its vault.
    pub deposit: PodU64,
}

/// One of governance's own parameters was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}
