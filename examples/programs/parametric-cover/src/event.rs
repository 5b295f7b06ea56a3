//! The events of the program, one for each state change. They suffice to rebuild the accounts from the logs.

use anchor_lang::prelude::*;

/// A cover was opened. Its terms are the argument of the instruction.
#[event(bytemuck)]
#[repr(C)]
pub struct CoverOpened {
    /// The cover.
    pub cover: Address,
    /// Wallet that locked the money.
    pub insurer: Address,
    /// Wallet that the cover pays.
    pub insured: Address,
    /// Mint of the money.
    pub mint: Address,
    /// Sum insured, base units of the mint.
    pub amount: PodU64,
    /// Unix time from which the money returns to the insurer, seconds.
    pub expires_at: PodI64,
}

/// A cover paid the insured, and ended.
#[event(bytemuck)]
#[repr(C)]
pub struct CoverSettled {
    /// The cover.
    pub cover: Address,
    /// The receipt that made it pay.
    pub receipt: Address,
    /// The figure that the receipt's output begins with.
    pub figure: PodU64,
    /// Tokens paid, base units of the mint: the sum insured and whatever else was sent to the vault.
    pub paid: PodU64,
}

/// The money of a cover returned to the insurer, and the cover ended.
#[event(bytemuck)]
#[repr(C)]
pub struct CoverExpired {
    /// The cover.
    pub cover: Address,
    /// Tokens returned, base units of the mint: the sum insured and whatever else was sent to the vault.
    pub returned: PodU64,
}
