//! Delegated stake.

use anchor_lang::prelude::*;

/// Tokens were set aside for a delegation.
#[event(bytemuck)]
#[repr(C)]
pub struct Delegated {
    /// The provider.
    pub provider: Address,
    /// The delegator.
    pub owner: Address,
    /// Tokens added, base units of the stake mint.
    pub amount: PodU64,
    /// Tokens that wait now, base units of the stake mint.
    pub pending: PodU64,
    /// Unix time from which they may join, seconds.
    pub pending_from: PodI64,
}

/// The tokens of a delegation joined.
#[event(bytemuck)]
#[repr(C)]
pub struct DelegationActivated {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens that joined, base units of the stake mint.
    pub amount: PodU64,
    /// Shares of the delegated stake that they bought.
    pub shares: PodU64,
    /// Number of delegations with shares now.
    pub holders: PodU32,
}

/// Tokens that waited were returned.
#[event(bytemuck)]
#[repr(C)]
pub struct PendingWithdrawn {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// Delegated stake was asked back.
#[event(bytemuck)]
#[repr(C)]
pub struct UndelegationRequested {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Shares asked back.
    pub shares: PodU64,
    /// Shares that all delegations of the provider ask back now.
    pub requested_shares: PodU64,
}

/// Delegated stake left.
#[event(bytemuck)]
#[repr(C)]
pub struct Undelegated {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Shares given up.
    pub shares: PodU64,
    /// Value of those shares, base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of the bucket that the ticket got for them.
    pub bucket_shares: PodU64,
    /// Unix time from which the ticket can be withdrawn, seconds; names the bucket.
    pub matures_at: PodI64,
}

/// A matured bucket got a record of its own.
#[event(bytemuck)]
#[repr(C)]
pub struct BucketMatured {
    /// The provider.
    pub provider: Address,
    /// Wallet that paid the record's rent.
    pub payer: Address,
    /// Unix time at which it matured, seconds; names it.
    pub matures_at: PodI64,
    /// Stake in it, base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of that stake, held by tickets.
    pub shares: PodU64,
}

/// A ticket was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct TicketWithdrawn {
    /// The provider.
    pub provider: Address,
    /// The ticket, closed.
    pub ticket: Address,
    /// Tokens paid, base units of the stake mint.
    pub tokens: PodU64,
    /// Unix time at which it matured, seconds; names the bucket.
    pub matures_at: PodI64,
}

/// An empty delegation was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct DelegationClosed {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
}
