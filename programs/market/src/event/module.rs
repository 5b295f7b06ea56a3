//! Events of the instructions in `instructions::module`.

use anchor_lang::prelude::*;

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
