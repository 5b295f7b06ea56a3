//! Assay staking: who may work, and what they risk.
//!
//! The owner of a provider deposits stake tokens into the provider's own vault. The market allocates part of the stake as
//! collateral for work and slashes it for wrong or missing results. Unbonding stake can be slashed until it matures.
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

pub mod error;
pub mod event;
pub mod instructions;
pub mod state;
mod vault;

use instructions::*;
use state::ProviderProfile;

declare_id!("9vQjRxdPQGf6bHYgUH7vP44jC53Ao5Q64nskSrkDqqqd");

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

    /// Creates a provider and its stake vault.
    pub fn register_provider(
        ctx: &mut Context<RegisterProvider>,
        profile: ProviderProfile,
    ) -> Result<()> {
        RegisterProvider::register_provider(ctx, profile)
    }

    /// Changes a provider's node key and description.
    pub fn update_provider(
        ctx: &mut Context<UpdateProvider>,
        profile: ProviderProfile,
    ) -> Result<()> {
        UpdateProvider::update_provider(ctx, profile)
    }

    /// Deposits stake and mints shares of the provider's active stake.
    pub fn deposit_stake(ctx: &mut Context<DepositStake>, amount: u64) -> Result<()> {
        DepositStake::deposit_stake(ctx, amount)
    }

    /// Turns active shares into a ticket that matures after the unbonding period.
    pub fn begin_unbond(ctx: &mut Context<BeginUnbond>, nonce: u64, shares: u64) -> Result<()> {
        BeginUnbond::begin_unbond(ctx, nonce, shares)
    }

    /// Turns a ticket back into active shares.
    pub fn cancel_unbond(ctx: &mut Context<CancelUnbond>) -> Result<()> {
        CancelUnbond::cancel_unbond(ctx)
    }

    /// Pays a matured ticket to its owner. Anyone may call it; only the owner chooses where the tokens go.
    pub fn withdraw_stake(ctx: &mut Context<WithdrawStake>, bump: u8) -> Result<()> {
        WithdrawStake::withdraw_stake(ctx, bump)
    }

    /// Binds active stake to the market as collateral. Market and owner sign.
    pub fn allocate_stake(ctx: &mut Context<AllocateStake>, amount: u64) -> Result<()> {
        AllocateStake::allocate_stake(ctx, amount)
    }

    /// Frees collateral. Only the market may call it.
    pub fn deallocate_stake(ctx: &mut Context<DeallocateStake>, amount: u64) -> Result<()> {
        DeallocateStake::deallocate_stake(ctx, amount)
    }

    /// Takes stake for an infraction: part of it goes to the award account, the rest is burned. Only the market may call it.
    pub fn slash_stake(
        ctx: &mut Context<SlashStake>,
        amount: u64,
        award: u64,
        release: u64,
        infraction_time: i64,
    ) -> Result<u64> {
        SlashStake::slash_stake(ctx, amount, award, release, infraction_time)
    }

    /// Records how long the market may take to discover an infraction. Only the market may call it.
    pub fn set_exposure(ctx: &mut Context<SetExposure>, exposure: u64) -> Result<()> {
        SetExposure::set_exposure(ctx, exposure)
    }

    /// Changes one parameter within its hard bounds. Only the authority may call it.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        SetParams::set_params(ctx, param, value)
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
