//! Events of the instructions in `instructions::admin`.

use anchor_lang::prelude::*;

/// The parameters were created.
#[event(bytemuck)]
#[repr(C)]
pub struct MarketInitialized {
    /// Address that may change parameters.
    pub authority: Address,
    /// Unix time at which epoch 0 begins, seconds.
    pub genesis_time: PodI64,
    /// Length of an epoch, seconds.
    pub epoch_length: PodU64,
}

/// The authority was offered, or the offer taken back.
#[event(bytemuck)]
#[repr(C)]
pub struct AuthorityOffered {
    /// Who may accept it; zero for nobody.
    pub to: Address,
}

/// The authority was accepted.
#[event(bytemuck)]
#[repr(C)]
pub struct AuthoritySet {
    /// The new authority.
    pub authority: Address,
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

/// Operations were paused, or a pause was lifted.
#[event(bytemuck)]
#[repr(C)]
pub struct PauseSet {
    /// Paused operations, bits of `pause`; 0 for none.
    pub bits: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub until: PodI64,
}

/// A mint was allowed as payment.
#[event(bytemuck)]
#[repr(C)]
pub struct MintAllowed {
    /// The payment mint.
    pub mint: Address,
    /// Receives protocol fees in this mint, in its associated token account.
    pub fee_authority: Address,
    /// Worth of `RATE_UNIT` base units of the mint, base units of the stake mint.
    pub stake_rate: PodU64,
}

/// The record of a payment mint was changed. Every field is what it is now.
#[event(bytemuck)]
#[repr(C)]
pub struct MintSet {
    /// The payment mint.
    pub mint: Address,
    /// Receives protocol fees in this mint, in its associated token account.
    pub fee_authority: Address,
    /// Worth of `RATE_UNIT` base units of the mint, base units of the stake mint.
    pub stake_rate: PodU64,
    /// 1 while new jobs and new tasks may be paid in this mint, else 0.
    pub admits: u8,
}
