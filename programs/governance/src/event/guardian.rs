//! What the guardian does, and who it is.

use anchor_lang::prelude::*;

/// The guardian stopped a proposal that had passed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalVetoed {
    /// The proposal.
    pub proposal: Address,
    /// The guardian.
    pub guardian: Address,
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
