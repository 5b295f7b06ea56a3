//! Assay staking: who may work, and what they risk.
//!
//! A provider owner deposits the stake token into a vault of the provider's own. The market allocates part of it
//! as collateral for work and slashes it for wrong or missing results. Unbonding stake stays slashable until it
//! matures.
#![cfg_attr(target_os = "solana", no_std)]
// The lints are for what runs on chain: a test fails by panicking.
#![cfg_attr(test, allow(clippy::pedantic, clippy::restriction))]

#[cfg(target_arch = "bpf")]
use assay_sbf_builtins as _;

use anchor_lang::prelude::*;

pub mod error;
pub mod event;
pub mod instructions;
pub mod state;
mod vault;

use instructions::*;
use state::ProviderProfile;

declare_id!("9vQjRxdPQGf6bHYgUH7vP44jC53Ao5Q64nskSrkDqqqd");

// As a dependency of another program only the interface: Anchor exports every dispatcher under one name, and two collide.
#[cfg_attr(
    all(target_os = "solana", feature = "no-entrypoint"),
    program(interface)
)]
#[cfg_attr(not(all(target_os = "solana", feature = "no-entrypoint")), program)]
pub mod assay_staking {
    use super::*;

    /// Creates the parameters. Only the program's upgrade authority may, and once.
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
        ctx.accounts.update_provider(profile)
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
        ctx.accounts.cancel_unbond()
    }

    /// Pays a matured ticket to its owner. Anyone may call.
    pub fn withdraw_stake(ctx: &mut Context<WithdrawStake>) -> Result<()> {
        ctx.accounts.withdraw_stake()
    }

    /// Binds active stake to the market as collateral. Market and owner sign.
    pub fn allocate_stake(ctx: &mut Context<AllocateStake>, amount: u64) -> Result<()> {
        ctx.accounts.allocate_stake(amount)
    }

    /// Frees collateral. Only the market may.
    pub fn deallocate_stake(ctx: &mut Context<DeallocateStake>, amount: u64) -> Result<()> {
        ctx.accounts.deallocate_stake(amount)
    }

    /// Takes allocated stake for an infraction; part of it compensates who was harmed. Only the market may.
    pub fn slash_stake(
        ctx: &mut Context<SlashStake>,
        amount: u64,
        compensation: u64,
        infraction_time: i64,
    ) -> Result<()> {
        ctx.accounts
            .slash_stake(amount, compensation, infraction_time)
    }

    /// Records how long the market may take to discover an infraction. Only the market may.
    pub fn set_exposure(ctx: &mut Context<SetExposure>, exposure: u64) -> Result<()> {
        ctx.accounts.set_exposure(exposure)
    }

    /// Changes one parameter within its hard bounds. Only governance may.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        ctx.accounts.set_params(param, value)
    }
}
