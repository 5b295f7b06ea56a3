//! What decisions do.

use anchor_lang::prelude::*;

/// A proposal was executed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProposalExecuted {
    /// The proposal.
    pub proposal: Address,
    /// Unix time of the execution, seconds.
    pub executed_at: PodI64,
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

/// The upgrader became the upgrade authority of a program.
#[event(bytemuck)]
#[repr(C)]
pub struct ProgramAccepted {
    /// Number of a `Target`.
    pub target: u8,
}
