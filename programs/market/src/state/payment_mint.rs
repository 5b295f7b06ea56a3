use anchor_lang::prelude::*;

/// Base units of a payment mint to which `stake_rate` refers.
pub const RATE_UNIT: u64 = 1_000_000_000;

/// A mint that jobs may be paid in. Seeds: `payment_mint`, mint.
#[account]
pub struct PaymentMint {
    /// Version of this layout: 1.
    pub version: u8,
    /// The payment mint.
    pub mint: Address,
    /// The token program that owns the mint.
    pub token_program: Address,
    /// Token account that receives protocol fees.
    pub fee_vault: Address,
    /// Worth of `RATE_UNIT` base units of this mint, base units of the stake mint. Prices bonds and weighs work.
    pub stake_rate: PodU64,
    /// Bump of this account's address.
    pub bump: u8,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}
