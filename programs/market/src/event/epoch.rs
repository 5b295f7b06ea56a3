//! Events of the instructions in `instructions::epoch`.

use anchor_lang::prelude::*;

/// A worker's weight was added to an epoch's sum.
#[event(bytemuck)]
#[repr(C)]
pub struct WorkTallied {
    /// The worker.
    pub worker: Address,
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Weight added, base units of the stake mint.
    pub weight: PodU64,
    /// Shard of the epoch's sum that it was added to.
    pub shard: u8,
}

/// The record of an epoch's work in one shard was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct WorkClosed {
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Number of the shard.
    pub shard: u8,
}
