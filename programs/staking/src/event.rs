//! The events of the staking program, one for each state change. They suffice to rebuild the accounts from the logs.

use crate::state::{BUCKETS, OWN_BUCKETS};
use anchor_lang::prelude::*;
pub(crate) use assay_shared::event::emit_shared as emit;

/// The parameters were created.
#[event(bytemuck)]
#[repr(C)]
pub struct StakingInitialized {
    /// Address that may change parameters and pause.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Address that may allocate and slash stake.
    pub market_authority: Address,
    /// Address that may fund rewards.
    pub rewards_authority: Address,
    /// Least self-stake, base units of the stake mint.
    pub min_self_stake: PodU64,
    /// Time from the close of an unbonding bucket until it matures, seconds.
    pub unbonding_period: PodU64,
    /// Least delegation, base units of the stake mint.
    pub min_delegation: PodU64,
    /// Most collateral, times the owner's active stake.
    pub leverage: PodU64,
    /// Time over which funded rewards are streamed, seconds.
    pub claim_span: PodU64,
}

/// A provider was registered.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRegistered {
    /// The provider.
    pub provider: Address,
    /// Wallet that owns the provider.
    pub owner: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
    /// What the owner keeps of the stakers' part of its rewards, basis points.
    pub commission_bps: PodU16,
}

/// A provider's profile was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderUpdated {
    /// The provider.
    pub provider: Address,
    /// Node key that claims and delivers work.
    pub node: Address,
    /// Number of processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Number of graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
}

/// A provider's pay and the owner's rewards go to another wallet.
#[event(bytemuck)]
#[repr(C)]
pub struct BeneficiarySet {
    /// The provider.
    pub provider: Address,
    /// The wallet that receives them.
    pub beneficiary: Address,
}

/// A change of the commission was announced.
#[event(bytemuck)]
#[repr(C)]
pub struct CommissionSet {
    /// The provider.
    pub provider: Address,
    /// Unix time from which it holds, seconds.
    pub from: PodI64,
    /// The new commission, basis points.
    pub bps: PodU16,
}

/// The owner deposited stake.
#[event(bytemuck)]
#[repr(C)]
pub struct Staked {
    /// The provider.
    pub provider: Address,
    /// Tokens deposited, base units of the stake mint.
    pub amount: PodU64,
    /// The owner's active stake now, base units of the stake mint.
    pub own_active: PodU64,
}

/// The owner began to unbond stake.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondBegun {
    /// The provider.
    pub provider: Address,
    /// Stake that unbonds, base units of the stake mint.
    pub amount: PodU64,
    /// Unix time from which further stake goes to another bucket, seconds.
    pub closes_at: PodI64,
    /// Unix time from which it can be withdrawn, seconds.
    pub matures_at: PodI64,
}

/// The owner made unbonding stake active again.
#[event(bytemuck)]
#[repr(C)]
pub struct UnbondCancelled {
    /// The provider.
    pub provider: Address,
    /// Stake that is active again, base units of the stake mint.
    pub amount: PodU64,
}

/// The owner's matured stake was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct StakeWithdrawn {
    /// The provider.
    pub provider: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// Tokens were set aside for a delegation.
#[event(bytemuck)]
#[repr(C)]
pub struct Delegated {
    /// The provider.
    pub provider: Address,
    /// The delegator.
    pub owner: Address,
    /// Tokens added, base units of the stake mint.
    pub amount: PodU64,
    /// Tokens that wait now, base units of the stake mint.
    pub pending: PodU64,
    /// Unix time from which they may join, seconds.
    pub pending_from: PodI64,
}

/// The tokens of a delegation joined.
#[event(bytemuck)]
#[repr(C)]
pub struct DelegationActivated {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens that joined, base units of the stake mint.
    pub amount: PodU64,
    /// Shares of the delegated stake that they bought.
    pub shares: PodU64,
    /// Number of delegations with shares now.
    pub holders: PodU32,
}

/// Tokens that waited were returned.
#[event(bytemuck)]
#[repr(C)]
pub struct PendingWithdrawn {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// Delegated stake was asked back.
#[event(bytemuck)]
#[repr(C)]
pub struct UndelegationRequested {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Shares asked back.
    pub shares: PodU64,
    /// Shares that all delegations of the provider ask back now.
    pub requested_shares: PodU64,
}

/// Delegated stake left.
#[event(bytemuck)]
#[repr(C)]
pub struct Undelegated {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Shares given up.
    pub shares: PodU64,
    /// Value of those shares, base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of the bucket that the ticket got for them.
    pub bucket_shares: PodU64,
    /// Unix time from which the ticket can be withdrawn, seconds; names the bucket.
    pub matures_at: PodI64,
}

/// A matured bucket got a record of its own.
#[event(bytemuck)]
#[repr(C)]
pub struct BucketMatured {
    /// The provider.
    pub provider: Address,
    /// Wallet that paid the record's rent.
    pub payer: Address,
    /// Unix time at which it matured, seconds; names it.
    pub matures_at: PodI64,
    /// Stake in it, base units of the stake mint.
    pub tokens: PodU64,
    /// Shares of that stake, held by tickets.
    pub shares: PodU64,
}

/// A ticket was paid.
#[event(bytemuck)]
#[repr(C)]
pub struct TicketWithdrawn {
    /// The provider.
    pub provider: Address,
    /// The ticket, closed.
    pub ticket: Address,
    /// Tokens paid, base units of the stake mint.
    pub tokens: PodU64,
    /// Unix time at which it matured, seconds; names the bucket.
    pub matures_at: PodI64,
}

/// Rewards were funded.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsFunded {
    /// The provider.
    pub provider: Address,
    /// Rewards for the owner at once, base units of the stake mint.
    pub direct: PodU64,
    /// Rewards that are streamed to owner and delegators, base units of the stake mint.
    pub streamed: PodU64,
    /// Unix time at which the last of the stream has come, seconds.
    pub finish: PodI64,
}

/// Streamed rewards came to owner and delegators.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsSettled {
    /// The provider.
    pub provider: Address,
    /// Rewards taken out of the stream, base units of the stake mint.
    pub vested: PodU64,
    /// Part of them for the owner, base units of the stake mint.
    pub own: PodU64,
    /// What each share of the delegated stake has earned since the beginning, base units with 64 fraction bits.
    pub acc: PodU128,
    /// What the last division left, 2⁻⁶⁴ base units.
    pub carry: PodU64,
}

/// A stream ended because slashing wiped the delegated stake out.
#[event(bytemuck)]
#[repr(C)]
pub struct StreamEnded {
    /// The provider.
    pub provider: Address,
    /// Rewards that will come to nobody, base units of the stake mint.
    pub unvested: PodU64,
}

/// A delegator's rewards were paid.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsClaimed {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// The owner's rewards were paid.
#[event(bytemuck)]
#[repr(C)]
pub struct OwnerRewardsClaimed {
    /// The provider.
    pub provider: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// An empty delegation was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct DelegationClosed {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
}

/// Stake was allocated as collateral.
#[event(bytemuck)]
#[repr(C)]
pub struct Allocated {
    /// The provider.
    pub provider: Address,
    /// Stake allocated now, base units of the stake mint.
    pub amount: PodU64,
    /// Stake allocated in all, base units of the stake mint.
    pub allocated: PodU64,
}

/// Collateral was freed.
#[event(bytemuck)]
#[repr(C)]
pub struct Deallocated {
    /// The provider.
    pub provider: Address,
    /// Stake freed, base units of the stake mint.
    pub amount: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
}

/// Collateral was freed because delegators ask for their stake or slashing took the owner's.
#[event(bytemuck)]
#[repr(C)]
pub struct Yielded {
    /// The provider.
    pub provider: Address,
    /// Stake freed, base units of the stake mint.
    pub amount: PodU64,
    /// Stake that is still allocated beyond what supports it, base units of the stake mint.
    pub owed: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
}

/// Stake was slashed.
#[event(bytemuck)]
#[repr(C)]
pub struct Slashed {
    /// The provider.
    pub provider: Address,
    /// Stake taken in all, base units of the stake mint.
    pub amount: PodU64,
    /// Part of it taken from the owner's stake, base units of the stake mint.
    pub from_own: PodU64,
    /// Part of it taken from delegated stake, base units of the stake mint.
    pub from_delegated: PodU64,
    /// Taken from the owner's unbonding stake, base units of the stake mint, the earliest bucket first.
    pub own_buckets: [PodU64; OWN_BUCKETS],
    /// Taken from the owner's active stake, base units of the stake mint.
    pub own_active: PodU64,
    /// Taken from each unbonding bucket of delegators, base units of the stake mint.
    pub buckets: [PodU64; BUCKETS],
    /// Taken from the active stake of delegators, base units of the stake mint.
    pub active: PodU64,
    /// Part of it paid to the award account, base units of the stake mint; the rest was burned.
    pub awarded: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
    /// Unix time of the infraction, seconds.
    pub infraction_time: PodI64,
}

/// Slashing wiped the delegated stake out: all shares of it became worthless.
#[event(bytemuck)]
#[repr(C)]
pub struct GenerationEnded {
    /// The provider.
    pub provider: Address,
    /// Tokens that stay in the stake vault and belong to nobody, base units of the stake mint.
    pub left: PodU64,
    /// Number of the generation that begins.
    pub generation: PodU32,
    /// Number of delegations whose rewards are to be settled before it does.
    pub unsettled: PodU32,
}

/// The owner began to retire the provider.
#[event(bytemuck)]
#[repr(C)]
pub struct RetirementBegun {
    /// The provider.
    pub provider: Address,
    /// Unix time from which it may be closed, seconds.
    pub retires_at: PodI64,
}

/// A provider was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRetired {
    /// The provider.
    pub provider: Address,
    /// Tokens of nobody that were burned, base units of the stake mint.
    pub burned: PodU64,
}

/// Operations were paused, or a pause was lifted.
#[event(bytemuck)]
#[repr(C)]
pub struct PauseSet {
    /// Paused operations, bits of `pause`; 0 for none.
    pub bits: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub until: PodI64,
}

/// The market changed its exposure.
#[event(bytemuck)]
#[repr(C)]
pub struct ExposureSet {
    /// Longest time from a claim to the verdict on it, seconds.
    pub exposure: PodU64,
}

/// A parameter was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}

/// An attester set was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetOpened {
    /// The set.
    pub set: Address,
    /// Wallet that issues its credentials and may close it.
    pub authority: Address,
    /// SHA-256 of the set's address and its keys.
    pub identity: [u8; 32],
    /// Number that the authority chose.
    pub id: PodU32,
    /// Number of keys.
    pub count: u8,
}

/// An attester set was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetClosed {
    /// The set.
    pub set: Address,
}

/// A credential was issued.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialIssued {
    /// The credential.
    pub credential: Address,
    /// The attester set that vouches.
    pub set: Address,
    /// The provider.
    pub provider: Address,
    /// Unix time from which the credential is worth nothing, seconds.
    pub expires_at: PodI64,
    /// Region that is vouched for, ISO 3166-1 numeric country code; 0 for none.
    pub region: PodU16,
}

/// A credential was revoked, or removed because it was expired.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialRevoked {
    /// The credential.
    pub credential: Address,
}
