//! The events of the rewards program, one for each state change. They suffice to rebuild the accounts from the logs.

use anchor_lang::prelude::*;

pub(crate) use assay_shared::event::emit;

/// The mint, its genesis supply and the emission were created.
#[event(bytemuck)]
#[repr(C)]
pub struct EmissionCreated {
    /// The reward mint.
    pub mint: Address,
    /// Address that may change parameters.
    pub authority: Address,
    /// Token account that received the genesis supply.
    pub genesis_vault: Address,
    /// Token account that receives the rest of the emission.
    pub treasury: Address,
    /// Address that holds the treasury.
    pub treasury_holder: Address,
    /// Largest number of base units that may ever be minted.
    pub cap: PodU64,
    /// Emission of one epoch of the first halving interval, base units of the reward mint.
    pub initial_emission: PodU64,
    /// Number of epochs after which the emission halves.
    pub halving_epochs: PodU64,
    /// Tokens minted to the genesis vault, base units of the reward mint.
    pub genesis_supply: PodU64,
    /// Workers' share of the emission, basis points.
    pub workers_bps: PodU64,
    /// Stakers' share of the emission, basis points.
    pub stakers_bps: PodU64,
    /// Most that an epoch mints, as a share of what its fees are worth, basis points.
    pub kappa_bps: PodU64,
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

/// An epoch's emission was minted.
#[event(bytemuck)]
#[repr(C)]
pub struct EpochFinalized {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Weight of everyone's work: their protocol fees, valued in base units of the stake mint.
    pub total_weight: PodU64,
    /// Tokens minted to the pot for those who worked, base units of the reward mint.
    pub workers: PodU64,
    /// Tokens minted to the pot for the stake behind them, base units of the reward mint.
    pub stakers: PodU64,
    /// Tokens minted to the treasury, base units of the reward mint.
    pub treasury: PodU64,
    /// Wallet that paid the rent of the epoch's rewards.
    pub payer: Address,
    /// What limited the emission: number of a `Bound`.
    pub bound: u8,
}

/// An epoch without work was skipped.
#[event(bytemuck)]
#[repr(C)]
pub struct EpochSkipped {
    /// Number of the epoch.
    pub epoch: PodU64,
}

/// A provider's claim record was created.
#[event(bytemuck)]
#[repr(C)]
pub struct ClaimRecordOpened {
    /// The staking program's provider.
    pub provider: Address,
    /// Wallet that paid the rent.
    pub payer: Address,
}

/// A worker's share of an epoch was claimed. One event for each epoch, then a `RewardsPaid` with their sums.
#[event(bytemuck)]
#[repr(C)]
pub struct EpochClaimed {
    /// The staking program's provider.
    pub provider: Address,
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Weight of the worker's work, base units of the stake mint.
    pub weight: PodU64,
    /// Part for the work, base units of the reward mint.
    pub work: PodU64,
    /// Part for the stake behind it, base units of the reward mint, commission included.
    pub stake: PodU64,
    /// What the owner takes of `stake` as its commission, base units of the reward mint.
    pub commission: PodU64,
}

/// What a provider claimed was moved to its reward vault.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsPaid {
    /// The staking program's provider.
    pub provider: Address,
    /// Tokens that are the owner's at once, base units of the reward mint.
    pub direct: PodU64,
    /// Tokens that all stake of the provider earns over time, base units of the reward mint.
    pub streamed: PodU64,
}

/// An epoch's rewards were closed.
#[event(bytemuck)]
#[repr(C)]
pub struct EpochClosed {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Unclaimed tokens moved to the treasury, base units of the reward mint.
    pub unclaimed: PodU64,
}

/// A claim record was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ClaimRecordClosed {
    /// The staking program's provider.
    pub provider: Address,
}

/// A module was registered.
#[event(bytemuck)]
#[repr(C)]
pub struct ModuleRegistered {
    /// SHA-256 of the module.
    pub hash: [u8; 32],
    /// Its author.
    pub author: Address,
    /// Royalty, basis points.
    pub royalty_bps: PodU16,
}

/// The authorship of a module was offered, or an offer was taken back.
#[event(bytemuck)]
#[repr(C)]
pub struct ModuleOffered {
    /// SHA-256 of the module.
    pub hash: [u8; 32],
    /// Wallet that may accept; zero for none.
    pub to: Address,
}

/// The authorship of a module passed on.
#[event(bytemuck)]
#[repr(C)]
pub struct ModuleAccepted {
    /// SHA-256 of the module.
    pub hash: [u8; 32],
    /// Its new author.
    pub author: Address,
}

/// The record of a module was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ModuleRetired {
    /// SHA-256 of the module.
    pub hash: [u8; 32],
}

/// A receipt was written.
#[event(bytemuck)]
#[repr(C)]
pub struct ReceiptWritten {
    /// The receipt.
    pub receipt: Address,
    /// The job.
    pub job: Address,
    /// Digest of the verified result.
    pub digest: [u8; 32],
    /// Unix time from which anyone may close the receipt, seconds.
    pub closes_at: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
}

/// A receipt was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ReceiptClosed {
    /// The receipt.
    pub receipt: Address,
}
