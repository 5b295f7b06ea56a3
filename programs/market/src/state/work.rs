//! A worker's work in one epoch.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of epochs of which a worker's weight is remembered: those that can still be claimed from, the running one included.
/// So a payment never writes over an entry whose claim is open.
pub const RING: usize = 10;

/// A worker's accepted work in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Work {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Protocol fees that this worker's results earned, valued in base units of the stake mint.
    pub weight: PodU64,
    /// 1 once the weight is in the epoch's sum, else 0.
    pub tallied: u8,
}
