use anchor_lang::prelude::*;

/// Number of accounts that the sum of an epoch's work is split into, so that tallies rarely write to the same one.
pub const SHARDS: u8 = 16;

/// Sum of the tallied weight of one shard's workers in one epoch. Seeds: `work`, epoch, shard.
#[account]
pub struct EpochWork {
    /// Version of this layout: 1.
    pub version: u8,
    /// Number of the epoch.
    pub epoch: PodU64,
    /// Tallied weight: protocol fees valued in base units of the stake mint.
    pub weight: PodU64,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Number of the shard, below `SHARDS`.
    pub shard: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// First seed of the records, before the epoch (u64 LE) and the shard (u8).
pub const WORK_SEED: &[u8] = b"work";

impl EpochWork {
    /// Returns the address of the record of a shard in an epoch.
    pub fn address(epoch: u64, shard: u8) -> Address {
        let seeds: &[&[u8]] = &[WORK_SEED, &epoch.to_le_bytes(), &[shard]];
        anchor_lang::find_program_address(seeds, &crate::ID).0
    }
}

/// Returns the shard that a worker is tallied in.
pub fn shard_of(worker: &Address) -> u8 {
    worker
        .as_ref()
        .first()
        .map_or(0, |byte| byte & (SHARDS - 1))
}
