use anchor_lang::prelude::*;

/// Seeds: `delegation`, provider, owner. A share of a provider's active stake.
#[account]
pub struct Delegation {
    pub provider: Address,
    pub owner: Address,
    /// Shares of the provider's active pool.
    pub shares: PodU64,
    /// The provider's generation when the shares were bought; they are worth nothing in a later one.
    pub generation: PodU32,
    pub bump: u8,
}

impl Delegation {
    /// Shares that still count: those of an earlier generation were wiped out by slashing.
    pub fn live_shares(&self, generation: u32) -> u64 {
        if self.generation.get() == generation {
            self.shares.get()
        } else {
            0
        }
    }
}

/// Seeds: `ticket`, delegation, nonce. Stake on its way out.
#[account]
pub struct Ticket {
    pub provider: Address,
    /// Receives the tokens and the account's rent.
    pub owner: Address,
    /// Shares of the bucket.
    pub shares: PodU64,
    /// Unix time from which it can be withdrawn; fixed when issued.
    pub matures_at: PodI64,
    /// Tells tickets of one delegation apart; chosen by the owner.
    pub nonce: PodU64,
    /// Index of the bucket in the provider.
    pub bucket: u8,
    pub bump: u8,
}
