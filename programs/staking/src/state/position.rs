use super::{earn, JOIN_WINDOW};
use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;

/// What one wallet has delegated to one provider. Seeds: `delegation`, provider, owner.
#[account]
pub struct Delegation {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The provider.
    pub provider: Address,
    /// The delegator. Paid the rent and gets it back.
    pub owner: Address,
    /// Number of shares of the provider's delegated stake.
    pub shares: PodU64,
    /// Shares among them that are asked back. They stay active, earn and answer until they are undelegated.
    pub requested: PodU64,
    /// Tokens that wait to join, base units of the stake mint. They are in no pool, so no slash reaches them.
    pub pending: PodU64,
    /// Unix time from which they may join, seconds.
    pub pending_from: PodI64,
    /// The provider's generation in which the shares were bought. Once a later one has begun they only bring the rewards of theirs.
    pub generation: PodU32,
    /// The provider's accumulator up to which the shares are settled, base units for each share with 64 fraction bits.
    pub paid: PodU128,
    /// What settling left below one base unit, 2⁻⁶⁴ base units.
    pub fraction: PodU64,
    /// Rewards owed, base units of the stake mint.
    pub rewards: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Delegation {
    /// Returns whether the shares are of the generation that runs. Without shares it is.
    pub fn is_alive(&self, generation: u32) -> bool {
        self.shares.get() == 0 || self.generation.get() == generation
    }

    /// Returns whether nothing is left, so that the account may be closed.
    pub fn is_empty(&self) -> bool {
        self.shares.get() == 0 && self.pending.get() == 0 && self.rewards.get() == 0
    }

    /// Returns whether anyone may let join what waits, at the Unix time `now`: in the first day after its time has come. Somebody
    /// who knows of a lie must not have tokens join whose owner forgot them, so that they pay a part of the penalty.
    pub fn is_open(&self, now: i64) -> bool {
        let from = self.pending_from.get();
        self.pending.get() > 0 && now >= from && now < from.saturating_add_unsigned(JOIN_WINDOW)
    }

    /// Pays the shares up to the accumulator `acc`.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn earn(&mut self, acc: u128) -> RuleResult<()> {
        let (shares, paid) = (self.shares.get(), self.paid.get());
        let (whole, fraction) = earn(shares, acc, paid, self.fraction.get())?;
        let rewards = self.rewards.get().checked_add(whole);
        self.rewards = rewards.ok_or(StakingError::Overflow)?.into();
        self.fraction = fraction.into();
        self.paid = acc.into();
        Ok(())
    }

    /// Takes out the rewards owed, base units.
    pub fn take_rewards(&mut self) -> u64 {
        let rewards = self.rewards.get();
        self.rewards = 0.into();
        rewards
    }
}

/// Unbonding stake of one delegation in one bucket. Seeds: `ticket`, delegation, `matures_at` as eight bytes, least first.
#[account]
pub struct Ticket {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The provider.
    pub provider: Address,
    /// The delegation that it came from.
    pub delegation: Address,
    /// Wallet that receives the tokens.
    pub owner: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Unix time from which it can be withdrawn, seconds; names the bucket.
    pub matures_at: PodI64,
    /// Number of shares of the bucket.
    pub shares: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// An unbonding bucket that matured and left the provider, so that its place is free. Its price is final. Seeds: `matured`, provider,
/// `matures_at` as eight bytes, least first.
#[account]
pub struct Matured {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The provider.
    pub provider: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Unix time at which the bucket matured, seconds; names it.
    pub matures_at: PodI64,
    /// Stake that tickets have not withdrawn yet, base units of the stake mint.
    pub tokens: PodU64,
    /// Number of shares of those tokens, held by tickets.
    pub shares: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}
