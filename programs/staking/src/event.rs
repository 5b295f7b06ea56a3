//! The events of the staking program, one for each state change. They suffice to rebuild the accounts from the logs.

use crate::state::BUCKETS;
use anchor_lang::prelude::*;

/// The parameters were created.
#[event(bytemuck)]
#[repr(C)]
pub struct StakingInitialized {
    /// Address that may change parameters.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Address that may allocate and slash stake.
    pub market_authority: Address,
    /// Least self-stake, base units of the stake mint.
    pub min_self_stake: PodU64,
    /// Time from the close of an unbonding bucket until it matures, seconds.
    pub unbonding_period: PodU64,
}

/// A provider was registered.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRegistered {
    /// The provider.
    pub provider: Address,
    /// Wallet that owns the provider.
    pub owner: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
}

/// A provider's profile was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderUpdated {
    /// The provider.
    pub provider: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
}

/// Stake was deposited.
#[event(bytemuck)]
#[repr(C)]
pub struct Staked {
    /// The provider.
    pub provider: Address,
    /// Wallet that owns the provider and its stake.
    pub owner: Address,
    /// Tokens deposited, base units of the stake mint.
    pub amount: PodU64,
    /// Active shares that they bought.
    pub shares: PodU64,
}

/// Active shares became a ticket.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondBegun {
    /// The provider.
    pub provider: Address,
    /// The ticket.
    pub ticket: Address,
    /// Wallet that owns the ticket.
    pub owner: Address,
    /// Active shares given up.
    pub shares: PodU64,
    /// Value of those shares, base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of the bucket that the ticket holds.
    pub bucket_shares: PodU64,
    /// Number chosen by the owner; the ticket's address follows from it.
    pub nonce: PodU64,
    /// Unix time of the bucket's first ticket, seconds.
    pub opened_at: PodI64,
    /// Unix time from which new tickets go to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which the ticket can be withdrawn, seconds.
    pub matures_at: PodI64,
    /// Index of the bucket in the provider.
    pub bucket: u8,
}

/// A ticket became active shares again.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondCancelled {
    /// The provider.
    pub provider: Address,
    /// The ticket.
    pub ticket: Address,
    /// Tokens that became active again, base units of the stake mint.
    pub tokens: PodU64,
    /// Active shares that they bought.
    pub shares: PodU64,
    /// Index of the bucket that the ticket's shares left.
    pub bucket: u8,
}

/// A matured ticket was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct Withdrawn {
    /// The provider.
    pub provider: Address,
    /// The ticket.
    pub ticket: Address,
    /// Tokens paid to the owner, base units of the stake mint.
    pub tokens: PodU64,
    /// Index of the bucket that the ticket's shares left.
    pub bucket: u8,
}

/// Stake was allocated as collateral.
#[event(bytemuck)]
#[repr(C)]
pub struct Allocated {
    /// The provider.
    pub provider: Address,
    /// Stake allocated now, base units of the stake mint.
    pub amount: PodU64,
    /// Stake allocated in all, base units of the stake mint.
    pub allocated: PodU64,
}

/// Collateral was freed.
#[event(bytemuck)]
#[repr(C)]
pub struct Deallocated {
    /// The provider.
    pub provider: Address,
    /// Stake freed, base units of the stake mint.
    pub amount: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
}

/// Allocated stake was slashed.
#[event(bytemuck)]
#[repr(C)]
pub struct Slashed {
    /// The provider.
    pub provider: Address,
    /// Stake taken in all, base units of the stake mint.
    pub amount: PodU64,
    /// Part of it taken from active stake, base units of the stake mint.
    pub from_active: PodU64,
    /// Parts of it taken from each unbonding bucket, base units of the stake mint.
    pub from_buckets: [PodU64; BUCKETS],
    /// Part of it paid to the award account, base units of the stake mint; the rest was burned.
    pub awarded: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
    /// Unix time of the infraction, seconds.
    pub infraction_time: PodI64,
}

/// Slashing wiped the active stake out: all shares of it became worthless.
#[event(bytemuck)]
#[repr(C)]
pub struct GenerationEnded {
    /// The provider.
    pub provider: Address,
    /// Remainder that was burned, base units of the stake mint.
    pub swept: PodU64,
    /// Number of the generation that begins.
    pub generation: PodU32,
}

/// The market changed its exposure.
#[event(bytemuck)]
#[repr(C)]
pub struct ExposureSet {
    /// Longest time from a claim to the verdict on it, seconds.
    pub exposure: PodU64,
}

/// A parameter was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}

/// An attester set was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetOpened {
    /// The set.
    pub set: Address,
    /// Wallet that issues its credentials and may close it.
    pub authority: Address,
    /// SHA-256 of the set's address and its keys.
    pub identity: [u8; 32],
    /// Number that the authority chose.
    pub id: PodU32,
    /// Number of keys.
    pub count: u8,
}

/// An attester set was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetClosed {
    /// The set.
    pub set: Address,
}

/// A credential was issued.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialIssued {
    /// The credential.
    pub credential: Address,
    /// The attester set that vouches.
    pub set: Address,
    /// The provider.
    pub provider: Address,
    /// Unix time from which the credential is worth nothing, seconds.
    pub expires_at: PodI64,
    /// Region that is vouched for, ISO 3166-1 numeric country code; 0 for none.
    pub region: PodU16,
}

/// A credential was revoked, or removed because it was expired.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialRevoked {
    /// The credential.
    pub credential: Address,
}
