//! Providers and their owners' stake.

use anchor_lang::prelude::*;

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
    /// What the owner keeps of the stakers' part of its rewards, basis points.
    pub commission_bps: PodU16,
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

/// A provider's pay and the owner's rewards go to another wallet.
#[event(bytemuck)]
#[repr(C)]
pub struct BeneficiarySet {
    /// The provider.
    pub provider: Address,
    /// The wallet that receives them.
    pub beneficiary: Address,
}

/// A change of the commission was announced.
#[event(bytemuck)]
#[repr(C)]
pub struct CommissionSet {
    /// The provider.
    pub provider: Address,
    /// Unix time from which it holds, seconds.
    pub from: PodI64,
    /// The new commission, basis points.
    pub bps: PodU16,
}

/// The owner deposited stake.
#[event(bytemuck)]
#[repr(C)]
pub struct Staked {
    /// The provider.
    pub provider: Address,
    /// Tokens deposited, base units of the stake mint.
    pub amount: PodU64,
    /// The owner's active stake now, base units of the stake mint.
    pub own_active: PodU64,
}

/// The owner began to unbond stake.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondBegun {
    /// The provider.
    pub provider: Address,
    /// Stake that unbonds, base units of the stake mint.
    pub amount: PodU64,
    /// Unix time from which further stake goes to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which it can be withdrawn, seconds.
    pub matures_at: PodI64,
}

/// The owner made unbonding stake active again.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondCancelled {
    /// The provider.
    pub provider: Address,
    /// Stake that is active again, base units of the stake mint.
    pub amount: PodU64,
}

/// The owner's matured stake was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct StakeWithdrawn {
    /// The provider.
    pub provider: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// The owner began to retire the provider.
#[event(bytemuck)]
#[repr(C)]
pub struct RetirementBegun {
    /// The provider.
    pub provider: Address,
    /// Unix time from which it may be closed, seconds.
    pub retires_at: PodI64,
}

/// A provider was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRetired {
    /// The provider.
    pub provider: Address,
    /// Tokens of nobody that were burned, base units of the stake mint.
    pub burned: PodU64,
}
