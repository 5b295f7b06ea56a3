//! A provider and its transitions: the owner's stake, the delegators', rewards, slashing and its end.

mod delegated;
mod leaving;
mod lifecycle;
mod own;
mod rewards;
mod slashed;

#[cfg(test)]
mod tests;

pub use delegated::Moved;
pub use lifecycle::Ended;
pub use rewards::Settled;
pub use slashed::{SlashOutcome, YieldOutcome};

use super::{Accumulator, Bucket, Commission, OwnStake, Pool, Stream, BUCKETS};
use anchor_lang::prelude::*;

/// What an owner says about the machine behind a provider. The protocol trusts none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProviderProfile {
    /// Node key that claims and delivers work. It can withdraw neither stake nor pay, but a thief of it can cause penalties by
    /// missing deadlines or committing wrong results.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: u16,
    /// Main memory, GiB.
    pub memory_gib: u16,
    /// Number of graphics processors.
    pub gpus: u16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: u16,
}

/// A provider of compute and its stake. Seeds: `provider`, owner.
///
/// Its stake vault holds at least [`Provider::stake_balance`], its reward vault at least `rewards_held`. What others send to them is
/// counted nowhere and burned when the provider retires.
#[account]
pub struct Provider {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
    /// What the owner keeps of the stakers' part of its rewards.
    pub commission: Commission,
    /// Wallet that registered the provider and owns its stake. Never changes.
    pub owner: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Wallet that receives pay and the owner's rewards; the owner at first.
    pub beneficiary: Address,
    /// Token account of all stake. Held by this account.
    pub stake_vault: Address,
    /// Token account of all rewards. Held by this account.
    pub reward_vault: Address,
    /// The owner's stake.
    pub own: OwnStake,
    /// Active stake of delegators, base units of the stake mint. Counted here, never read from the vault.
    pub active_tokens: PodU64,
    /// Number of shares of that stake, held by delegations; never less than tokens.
    pub active_shares: PodU64,
    /// Shares among them that are asked back.
    pub requested_shares: PodU64,
    /// Unbonding stake of delegators, in any order.
    pub buckets: [Bucket; BUCKETS],
    /// Stake of delegators in open `Matured` accounts, base units of the stake mint.
    pub matured_tokens: PodU64,
    /// Tokens of delegators that wait to join, base units of the stake mint.
    pub pending_tokens: PodU64,
    /// Number of times that slashing wiped the delegated stake out.
    pub generation: PodU32,
    /// Number of delegations with shares of this generation.
    pub holders: PodU32,
    /// Number of delegations with shares of the generation before that are not settled. None can be bought meanwhile.
    pub unsettled: PodU32,
    /// Number of open `Delegation` accounts.
    pub delegations: PodU32,
    /// Number of open `Matured` accounts.
    pub records: PodU32,
    /// Part of all active stake that backs work as collateral, base units of the stake mint.
    pub allocated: PodU64,
    /// Unix time from which the provider may be closed, seconds; 0 if it is not retiring.
    pub retires_at: PodI64,
    /// Rewards owed to the owner, base units of the stake mint.
    pub owner_rewards: PodU64,
    /// All rewards that are owed out of the reward vault, to the owner, to delegators or streamed, base units of the stake mint.
    pub rewards_held: PodU64,
    /// Rewards that are still to come to owner and delegators.
    pub stream: Stream,
    /// What each share of the delegated stake has earned.
    pub accumulator: Accumulator,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Provider {
    /// Writes the node key and the description of the machine.
    pub fn set_profile(&mut self, profile: ProviderProfile) {
        self.node = profile.node;
        self.cpu_cores = profile.cpu_cores.into();
        self.memory_gib = profile.memory_gib.into();
        self.gpus = profile.gpus.into();
        self.region = profile.region.into();
    }

    /// Returns the active stake of delegators as a pool.
    pub fn pool(&self) -> Pool {
        Pool {
            tokens: self.active_tokens.get(),
            shares: self.active_shares.get(),
        }
    }

    fn set_pool(&mut self, pool: Pool) {
        self.active_tokens = pool.tokens.into();
        self.active_shares = pool.shares.into();
    }

    /// Returns whether the owner has begun to retire the provider.
    pub fn is_retiring(&self) -> bool {
        self.retires_at.get() != 0
    }

    /// Returns whether the provider's notice is over at the Unix time `now`: everybody may be shown out.
    pub fn is_retired(&self, now: i64) -> bool {
        self.is_retiring() && now >= self.retires_at.get()
    }

    /// Returns the tokens that the stake vault must hold, base units of the stake mint. Returns `None` if the sum does not fit 64
    /// bits.
    pub fn stake_balance(&self) -> Option<u64> {
        let mut sum = self.own.total()?;
        for tokens in [self.active_tokens, self.matured_tokens, self.pending_tokens] {
            sum = sum.checked_add(tokens.get())?;
        }
        for bucket in &self.buckets {
            sum = sum.checked_add(bucket.tokens.get())?;
        }
        Some(sum)
    }
}
