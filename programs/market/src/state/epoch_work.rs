use anchor_lang::prelude::*;

/// Into how many accounts the sum of an epoch's work is split, so that tallies rarely meet.
pub const SHARDS: u8 = 16;

/// Seeds: `work`, epoch, shard. Sum of the tallied weight of one shard's workers.
#[account]
pub struct EpochWork {
    pub epoch: PodU64,
    /// Stake base units of protocol fee.
    pub weight: PodU64,
    /// Paid the rent and gets it back.
    pub payer: Address,
    pub shard: u8,
    pub bump: u8,
}

/// Seed of the sums, before epoch (u64 LE) and shard (u8).
pub const WORK_SEED: &[u8] = b"work";

impl EpochWork {
    /// Where the sum of one shard in one epoch lies.
    pub fn address(epoch: u64, shard: u8) -> Address {
        let seeds: &[&[u8]] = &[WORK_SEED, &epoch.to_le_bytes(), &[shard]];
        anchor_lang::find_program_address(seeds, &crate::ID).0
    }
}

/// The shard that a worker is tallied in.
pub fn shard_of(worker: &Address) -> u8 {
    worker
        .as_ref()
        .first()
        .map_or(0, |byte| byte & (SHARDS - 1))
}
