//! One past-tense event per state change, enough to rebuild the accounts from the logs. Amounts are base units of the
//! reward mint, weights are stake base units of protocol fee.

use anchor_lang::prelude::*;

#[event(bytemuck)]
#[repr(C)]
pub struct EmissionCreated {
    pub mint: Address,
    pub authority: Address,
    pub genesis_vault: Address,
    pub treasury: Address,
    /// Most that may ever be minted.
    pub cap: PodU64,
    /// Emission of one epoch of the first halving interval.
    pub initial_emission: PodU64,
    /// Epochs after which the emission halves.
    pub halving_epochs: PodU64,
    /// Minted to the genesis vault.
    pub genesis_supply: PodU64,
    /// Workers' share of the emission, basis points.
    pub workers_bps: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// In the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct EpochFinalized {
    pub epoch: PodU64,
    /// Weight of everyone's work.
    pub total_weight: PodU64,
    /// Minted to the pot.
    pub workers: PodU64,
    /// Minted to the treasury.
    pub treasury: PodU64,
    /// Paid the rent of pot and record.
    pub payer: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct EpochSkipped {
    pub epoch: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct EpochClaimed {
    pub provider: Address,
    pub owner: Address,
    pub epoch: PodU64,
    /// Weight of the worker's work.
    pub weight: PodU64,
    /// Paid to the owner.
    pub amount: PodU64,
    /// Paid the rent of the provider's claim record: now, or at an earlier claim.
    pub record_payer: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct EpochClosed {
    pub epoch: PodU64,
    /// Unclaimed, moved to the treasury.
    pub unclaimed: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ClaimRecordClosed {
    pub provider: Address,
}
