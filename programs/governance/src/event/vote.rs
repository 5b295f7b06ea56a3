//! Proposals and votes.

use crate::state::PodBallot;
use anchor_lang::prelude::*;

/// A proposal was published. Title, text and actions stand in the instruction.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalPublished {
    /// The proposal.
    pub proposal: Address,
    /// Wallet that proposed.
    pub proposer: Address,
    /// Index of the proposal, counted from 0.
    pub index: PodU64,
    /// Unix time from which the vote can be opened, seconds.
    pub opens_at: PodI64,
    /// Unix time from which the vote can no longer be opened, seconds.
    pub open_until: PodI64,
    /// Deposit, base units of the vote mint.
    pub deposit: PodU64,
    /// 1 if it needs a higher quorum and twice as much yes as no, else 0.
    pub heavy: u8,
    /// 1 if votes may be secret until the voting has ended, else 0.
    pub secret: u8,
}

/// The vote on a proposal was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct VoteOpened {
    /// The proposal.
    pub proposal: Address,
    /// Number of the vote among all that were opened, counted from 0.
    pub opening: PodU64,
    /// Weight of all locks, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Least turnout, base units of the vote mint times the locks' factors.
    pub quorum: PodU64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Unix time from which it cannot be voted on, seconds.
    pub ends_at: PodI64,
    /// Unix time from which secret votes cannot be revealed, seconds.
    pub reveal_ends_at: PodI64,
    /// Unix time from which it can be executed if it passed, seconds.
    pub executable_at: PodI64,
    /// Unix time from which it can no longer be executed, seconds.
    pub expires_at: PodI64,
}

/// A lock voted openly, for the first time or anew.
#[event(bytemuck)]
#[repr(C)]
pub struct Voted {
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Weight that was cast, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
    /// Where the weight was cast.
    pub side: PodBallot,
}

/// A lock voted secretly, for the first time or anew. Its weight abstains until the vote is revealed.
#[event(bytemuck)]
#[repr(C)]
pub struct SecretVoteCast {
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Weight that was cast, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
}

/// A secret vote was revealed.
#[event(bytemuck)]
#[repr(C)]
pub struct VoteRevealed {
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Weight that was moved, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
    /// Where the weight counts now.
    pub side: PodBallot,
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

/// A proposal was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalClosed {
    /// The proposal.
    pub proposal: Address,
    /// Tokens paid to the proposer, base units of the vote mint: the deposit and whatever else was sent to its vault.
    pub returned: PodU64,
    /// Tokens burned instead, base units of the vote mint.
    pub burned: PodU64,
}
