//! The events of the governance program, one for each state change.
//!
//! An event does not repeat the arguments of its instruction: to rebuild an account, an indexer needs the instruction and its
//! event.

use crate::state::{Floors, PodBallot};
use anchor_lang::{event::sol_log_data, prelude::*, Event};
use bytemuck::{bytes_of, Pod};

/// Logs an event as Anchor's `emit!` does.
#[inline(always)]
pub(crate) fn emit<E: Event + Pod>(event: E) {
    log(E::DISCRIMINATOR, bytes_of(&event));
}

/// Logs the two parts as one. Out of line, for size: there are many events.
#[inline(never)]
fn log(discriminator: &[u8], event: &[u8]) {
    sol_log_data(&[&[discriminator, event].concat()]);
}

/// The parameters were created. Their first values stand in the instruction.
#[event(bytemuck)]
#[repr(C)]
pub struct GovernanceInitialized {
    /// The token that votes and pays deposits.
    pub vote_mint: Address,
    /// Token account of the treasury for the vote mint.
    pub treasury: Address,
    /// Wallet that may pause and veto; zero if there is none.
    pub guardian: Address,
    /// The least values that votes can set.
    pub floors: Floors,
    /// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points.
    pub floor_bps: PodU64,
}

/// Vote tokens were locked.
#[event(bytemuck)]
#[repr(C)]
pub struct Locked {
    /// The lock.
    pub lock: Address,
    /// Wallet that owns the lock.
    pub owner: Address,
    /// The lock's weight: its amount times its factor of one to four.
    pub weight: PodU64,
    /// Weight of all locks, this one included, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Number of the first vote in which the lock has weight.
    pub first_opening: PodU64,
    /// Unix time of the locking, seconds.
    pub locked_at: PodI64,
}

/// The owner of a lock gave a sign. A lock that was unlocking has its weight again.
#[event(bytemuck)]
#[repr(C)]
pub struct LockRenewed {
    /// The lock.
    pub lock: Address,
    /// The lock's weight, base units of the vote mint times its factor.
    pub weight: PodU64,
    /// Weight of all locks, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Number of the first vote in which the lock has weight.
    pub first_opening: PodU64,
    /// Unix time of the sign, seconds.
    pub touched_at: PodI64,
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
    /// 1 if it lapsed because its owner gave no sign for long, else 0.
    pub lapsed: u8,
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

/// A proposal was executed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalExecuted {
    /// The proposal.
    pub proposal: Address,
    /// Unix time of the execution, seconds.
    pub executed_at: PodI64,
}

/// The guardian stopped a proposal that had passed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalVetoed {
    /// The proposal.
    pub proposal: Address,
    /// The guardian.
    pub guardian: Address,
}

/// The bytes of a program were replaced.
#[event(bytemuck)]
#[repr(C)]
pub struct ProgramUpgraded {
    /// The proposal that decided it.
    pub proposal: Address,
    /// SHA-256 of the new bytes.
    pub hash: Address,
    /// Number of a `Target`.
    pub target: u8,
}

/// A buffer that no upgrade will use went back to the wallet that its proposal names.
#[event(bytemuck)]
#[repr(C)]
pub struct BufferReturned {
    /// The buffer.
    pub buffer: Address,
    /// The proposal.
    pub proposal: Address,
    /// The wallet.
    pub wallet: Address,
}

/// Tokens left the treasury.
#[event(bytemuck)]
#[repr(C)]
pub struct Spent {
    /// The proposal.
    pub proposal: Address,
    /// The mint.
    pub mint: Address,
    /// Wallet that receives them.
    pub to: Address,
    /// Base units of the mint.
    pub amount: PodU64,
    /// 1 if they were set aside as a grant, 0 if they were paid.
    pub grant: u8,
}

/// What had vested of a grant was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct GrantPaid {
    /// The grant.
    pub grant: Address,
    /// Tokens paid now, base units of the mint.
    pub amount: PodU64,
    /// Tokens paid so far, base units of the mint.
    pub paid: PodU64,
}

/// A grant was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct GrantClosed {
    /// The grant.
    pub grant: Address,
    /// Tokens that went back to the treasury, base units of the mint.
    pub returned: PodU64,
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

/// The guardian paused operations of a program.
#[event(bytemuck)]
#[repr(C)]
pub struct OperationPaused {
    /// Operations, bits of that program.
    pub bits: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub until: PodI64,
    /// Number of a `Target`.
    pub target: u8,
}

/// A pause was ended early, by the guardian or by a vote.
#[event(bytemuck)]
#[repr(C)]
pub struct PauseLifted {
    /// Number of a `Target`.
    pub target: u8,
}

/// A vote dismissed the guardian and offered the office.
#[event(bytemuck)]
#[repr(C)]
pub struct GuardianOffered {
    /// Wallet that may accept; zero for nobody.
    pub to: Address,
}

/// A wallet became the guardian.
#[event(bytemuck)]
#[repr(C)]
pub struct GuardianAccepted {
    /// The guardian.
    pub guardian: Address,
}

/// The upgrader became the upgrade authority of a program.
#[event(bytemuck)]
#[repr(C)]
pub struct ProgramAccepted {
    /// Number of a `Target`.
    pub target: u8,
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
