//! Assay staking: who may work, and what they risk.
//!
//! The owner of a provider deposits stake into the provider's vault, and anyone may delegate more. The market allocates part of
//! the active stake as collateral for work and slashes it for wrong or missing results, the owner's before the delegators'.
//! Unbonding stake can be slashed until it matures. Rewards lie in a vault of their own and are streamed to owner and delegators.
#![cfg_attr(target_os = "solana", no_std)]
// Code that runs on chain neither panics nor overflows nor cuts a number off; a test fails by panicking.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::unwrap_used
    )
)]

#[cfg(target_arch = "bpf")]
use assay_sbf_builtins as _;

use anchor_lang::prelude::*;

extern crate alloc;

use alloc::vec::Vec;

mod clock;
pub mod error;
pub mod event;
pub mod instructions;
mod settling;
pub mod state;
mod vault;

use instructions::*;
use state::{ProviderProfile, SlashOutcome, YieldOutcome};

declare_id!("9vQjRxdPQGf6bHYgUH7vP44jC53Ao5Q64nskSrkDqqqd");

#[cfg(not(feature = "no-entrypoint"))]
assay_shared::security_text!("Assay staking");

// Another program depends on the interface only: Anchor exports every dispatcher under the same name, and two collide.
#[cfg_attr(
    all(target_os = "solana", feature = "no-entrypoint"),
    program(interface)
)]
#[cfg_attr(not(all(target_os = "solana", feature = "no-entrypoint")), program)]
pub mod assay_staking {
    use super::*;

    /// Creates the parameters. Only the program's upgrade authority may call it, and once.
    pub fn initialize(ctx: &mut Context<Initialize>, config: StakingConfig) -> Result<()> {
        Initialize::initialize(ctx, config)
    }

    /// Changes one parameter within its hard bounds. Only the authority may call it.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        SetParams::set_params(ctx, param, value)
    }

    /// Pauses what brings stake in or binds it, until a time. Only the authority may call it.
    pub fn set_pause(ctx: &mut Context<SetPause>, bits: u64, until: i64) -> Result<()> {
        SetPause::set_pause(ctx, bits, until)
    }

    /// Records how long the market may take to discover an infraction. Only the market may call it.
    pub fn set_exposure(ctx: &mut Context<SetExposure>, exposure: u64) -> Result<()> {
        SetExposure::set_exposure(ctx, exposure)
    }

    /// Creates a provider and its two vaults.
    pub fn register_provider(
        ctx: &mut Context<RegisterProvider>,
        profile: ProviderProfile,
        commission_bps: u16,
    ) -> Result<()> {
        RegisterProvider::register_provider(ctx, profile, commission_bps)
    }

    /// Changes a provider's node key and description.
    pub fn update_provider(
        ctx: &mut Context<UpdateProvider>,
        profile: ProviderProfile,
    ) -> Result<()> {
        UpdateProvider::update_provider(ctx, profile)
    }

    /// Names the wallet that receives a provider's pay and its owner's rewards. Only the owner may call it.
    pub fn set_beneficiary(ctx: &mut Context<SetBeneficiary>, beneficiary: Address) -> Result<()> {
        SetBeneficiary::set_beneficiary(ctx, beneficiary)
    }

    /// Announces another commission. Only the owner may call it.
    pub fn set_commission(ctx: &mut Context<SetCommission>, bps: u16) -> Result<()> {
        SetCommission::set_commission(ctx, bps)
    }

    /// Deposits stake of the owner.
    pub fn deposit_stake(ctx: &mut Context<DepositStake>, amount: u64) -> Result<()> {
        DepositStake::deposit_stake(ctx, amount)
    }

    /// Begins to unbond stake of the owner.
    pub fn begin_unbond(ctx: &mut Context<BeginUnbond>, amount: u64) -> Result<()> {
        BeginUnbond::begin_unbond(ctx, amount)
    }

    /// Makes unbonding stake of the owner active again.
    pub fn cancel_unbond(ctx: &mut Context<CancelUnbond>, amount: u64) -> Result<()> {
        CancelUnbond::cancel_unbond(ctx, amount)
    }

    /// Pays the owner's matured stake. Anyone may call it; only the owner chooses where the tokens go.
    pub fn withdraw_stake(ctx: &mut Context<WithdrawStake>, bump: u8) -> Result<()> {
        WithdrawStake::withdraw_stake(ctx, bump)
    }

    /// Sets tokens aside that will join a provider's delegated stake.
    pub fn delegate(ctx: &mut Context<Delegate>, amount: u64) -> Result<()> {
        Delegate::delegate(ctx, amount)
    }

    /// Lets tokens join whose time has come. Anyone may call it for a day, later only the delegator.
    pub fn activate_delegation(ctx: &mut Context<ActivateDelegation>) -> Result<()> {
        ActivateDelegation::activate_delegation(ctx)
    }

    /// Returns tokens that wait to join. Only the delegator may call it, or anyone once the provider retires.
    pub fn withdraw_pending(ctx: &mut Context<WithdrawPending>, bump: u8) -> Result<()> {
        WithdrawPending::withdraw_pending(ctx, bump)
    }

    /// Asks delegated stake back: what backs work is freed as the work ends.
    pub fn request_undelegation(ctx: &mut Context<RequestUndelegation>, shares: u64) -> Result<()> {
        RequestUndelegation::request_undelegation(ctx, shares)
    }

    /// Turns delegated shares into a ticket that matures after the unbonding period. Anyone may call it for what is asked back.
    pub fn undelegate(ctx: &mut Context<Undelegate>, shares: u64, matures_at: i64) -> Result<()> {
        Undelegate::undelegate(ctx, shares, matures_at)
    }

    /// Moves a matured bucket into a record of its own. Anyone may call it.
    pub fn mature_bucket(ctx: &mut Context<MatureBucket>, matures_at: i64) -> Result<()> {
        MatureBucket::mature_bucket(ctx, matures_at)
    }

    /// Pays a matured ticket to its owner. Anyone may call it; only the owner chooses where the tokens go.
    pub fn withdraw_ticket(ctx: &mut Context<WithdrawTicket>, bump: u8) -> Result<()> {
        WithdrawTicket::withdraw_ticket(ctx, bump)
    }

    /// Settles a delegation and pays its rewards. Anyone may call it; only the delegator chooses where the tokens go.
    pub fn claim_rewards(ctx: &mut Context<ClaimRewards>, bump: u8) -> Result<()> {
        ClaimRewards::claim_rewards(ctx, bump)
    }

    /// Pays the owner's rewards to the beneficiary. Anyone may call it; only the owner chooses where the tokens go.
    pub fn claim_owner_rewards(ctx: &mut Context<ClaimOwnerRewards>, bump: u8) -> Result<()> {
        ClaimOwnerRewards::claim_owner_rewards(ctx, bump)
    }

    /// Closes an empty delegation and returns its rent. Anyone may call it.
    pub fn close_delegation(ctx: &mut Context<CloseDelegation>) -> Result<()> {
        CloseDelegation::close_delegation(ctx)
    }

    /// Records rewards that were transferred to the reward vault. Only the rewards program may call it.
    pub fn fund_rewards(ctx: &mut Context<FundRewards>, direct: u64, streamed: u64) -> Result<()> {
        FundRewards::fund_rewards(ctx, direct, streamed)
    }

    /// Binds active stake to the market as collateral. Market and owner sign.
    pub fn allocate_stake(ctx: &mut Context<AllocateStake>, amount: u64) -> Result<()> {
        AllocateStake::allocate_stake(ctx, amount)
    }

    /// Frees collateral. Only the market may call it.
    pub fn deallocate_stake(ctx: &mut Context<DeallocateStake>, amount: u64) -> Result<()> {
        DeallocateStake::deallocate_stake(ctx, amount)
    }

    /// Frees collateral that the stake behind it no longer supports. Only the market may call it.
    pub fn yield_stake(ctx: &mut Context<YieldStake>, free: u64) -> Result<YieldOutcome> {
        YieldStake::yield_stake(ctx, free)
    }

    /// Takes stake for an infraction: part of it goes to the award account, the rest is burned. Only the market may call it.
    pub fn slash_stake(
        ctx: &mut Context<SlashStake>,
        amount: u64,
        award: u64,
        release: u64,
        free: u64,
        infraction_time: i64,
    ) -> Result<SlashOutcome> {
        SlashStake::slash_stake(ctx, amount, award, release, free, infraction_time)
    }

    /// Begins to retire a provider that backs no work. Only the owner may call it; there is no way back.
    pub fn begin_retirement(ctx: &mut Context<BeginRetirement>) -> Result<()> {
        BeginRetirement::begin_retirement(ctx)
    }

    /// Closes a retired provider in which nobody has anything, and returns its rents. Anyone may call it.
    pub fn retire_provider(ctx: &mut Context<RetireProvider>) -> Result<()> {
        RetireProvider::retire_provider(ctx)
    }

    /// Returns the number of the program's version.
    pub fn version(ctx: &mut Context<Version>) -> Result<u16> {
        Version::version(ctx)
    }

    /// Opens a set of Ed25519 keys that vouch for results or for workers.
    pub fn open_attester_set(
        ctx: &mut Context<OpenAttesterSet>,
        id: u32,
        keys: Vec<[u8; 32]>,
    ) -> Result<()> {
        OpenAttesterSet::open_attester_set(ctx, id, keys)
    }

    /// Closes an attester set and returns its rent. Only its authority may call it.
    pub fn close_attester_set(ctx: &mut Context<CloseAttesterSet>) -> Result<()> {
        CloseAttesterSet::close_attester_set(ctx)
    }

    /// Vouches for a provider, until a time. Only the authority of an attester set may call it.
    pub fn issue_credential(
        ctx: &mut Context<IssueCredential>,
        region: u16,
        expires_at: i64,
    ) -> Result<()> {
        IssueCredential::issue_credential(ctx, region, expires_at)
    }

    /// Ends a credential and returns its rent: its authority at any time, anyone once it is expired.
    pub fn revoke_credential(ctx: &mut Context<RevokeCredential>) -> Result<()> {
        RevokeCredential::revoke_credential(ctx)
    }
}
