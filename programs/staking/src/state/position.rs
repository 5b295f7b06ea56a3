use anchor_lang::prelude::*;

/// An owner's shares of a provider's active stake. Seeds: `delegation`, provider, owner.
#[account]
pub struct Delegation {
    /// The provider.
    pub provider: Address,
    /// Wallet that owns the shares.
    pub owner: Address,
    /// Number of shares of the provider's active stake.
    pub shares: PodU64,
    /// The provider's generation in which the shares were bought. They are worth nothing in a later one.
    pub generation: PodU32,
    /// Bump of this account's address.
    pub bump: u8,
}

impl Delegation {
    /// Returns the shares that still count. Shares of an earlier generation were wiped out by slashing.
    pub fn live_shares(&self, generation: u32) -> u64 {
        if self.generation.get() == generation {
            self.shares.get()
        } else {
            0
        }
    }
}

/// Unbonding stake of one owner. Seeds: `ticket`, delegation, nonce.
#[account]
pub struct Ticket {
    /// The provider.
    pub provider: Address,
    /// Wallet that receives the tokens and the account's rent.
    pub owner: Address,
    /// Number of shares of the bucket.
    pub shares: PodU64,
    /// Unix time from which it can be withdrawn, seconds; never changes.
    pub matures_at: PodI64,
    /// Number chosen by the owner; the ticket's address follows from it.
    pub nonce: PodU64,
    /// Index of the bucket in the provider.
    pub bucket: u8,
    /// Bump of this account's address.
    pub bump: u8,
}
