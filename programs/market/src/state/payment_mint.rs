use anchor_lang::prelude::*;

/// Base units of a payment mint to which `stake_rate` refers.
pub const RATE_UNIT: u64 = 1_000_000_000;

/// Seeds: `payment_mint`, mint. A token that jobs may be paid in.
#[account]
pub struct PaymentMint {
    pub mint: Address,
    /// The token program that owns the mint.
    pub token_program: Address,
    /// Token account that receives protocol fees.
    pub fee_vault: Address,
    /// Stake base units that `RATE_UNIT` base units of this mint are taken to be worth: prices bonds and weighs work.
    pub stake_rate: PodU64,
    pub bump: u8,
}
