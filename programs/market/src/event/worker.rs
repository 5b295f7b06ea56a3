//! Events of the instructions in `instructions::worker`.

use anchor_lang::prelude::*;

/// A provider opened its worker.
#[event(bytemuck)]
#[repr(C)]
pub struct WorkerOpened {
    /// The new worker.
    pub worker: Address,
    /// The staking program's provider.
    pub provider: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
}

/// A worker took over the provider's node key, region and beneficiary.
#[event(bytemuck)]
#[repr(C)]
pub struct WorkerSynced {
    /// The worker.
    pub worker: Address,
    /// Node key that claims and delivers work from now on.
    pub node: Address,
    /// Wallet that receives the pay from now on.
    pub beneficiary: Address,
}

/// Stake became collateral.
#[event(bytemuck)]
#[repr(C)]
pub struct CollateralAdded {
    /// The worker.
    pub worker: Address,
    /// Collateral added, base units of the stake mint.
    pub amount: PodU64,
    /// Collateral that can back new claims now, base units of the stake mint.
    pub free: PodU64,
}

/// Collateral returned to the active stake.
#[event(bytemuck)]
#[repr(C)]
pub struct CollateralRemoved {
    /// The worker.
    pub worker: Address,
    /// Collateral removed, base units of the stake mint.
    pub amount: PodU64,
    /// Collateral that can back new claims now, base units of the stake mint.
    pub free: PodU64,
}

/// Collateral returned because delegators ask for their stake or slashing took the owner's.
#[event(bytemuck)]
#[repr(C)]
pub struct CollateralYielded {
    /// The worker.
    pub worker: Address,
    /// Collateral given back, base units of the stake mint.
    pub amount: PodU64,
    /// Collateral that is still bound and to be given back, base units of the stake mint.
    pub owed: PodU64,
    /// Collateral that can back new claims or is owed now, base units of the stake mint.
    pub free: PodU64,
}

/// An owner changed its worker's limits, encryption key or read URL.
#[event(bytemuck)]
#[repr(C)]
pub struct WorkerUpdated {
    /// The worker.
    pub worker: Address,
}
