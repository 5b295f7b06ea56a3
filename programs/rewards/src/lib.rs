//! Assay rewards: what follows from verified work. Accepted work earns tokens, a verified result can have a receipt that other
//! programs read, and authors register their modules.
//!
//! The schedule bounds what may be minted up to an epoch by the epoch's number alone. An epoch mints at most half of what its
//! protocol fees are worth. Part of it is the treasury's. The rest is divided among the workers in proportion to the fees that
//! their accepted results earned, as the market tallied them: one part for the work, which is the owner's, and one for the stake
//! behind it, which the staking program divides between owner and delegators.
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

extern crate alloc;

use anchor_lang::prelude::*;

pub mod error;
pub mod event;
pub mod instructions;
mod staking_cpi;
pub mod state;

use instructions::*;
use state::ReceiptArgs;

#[cfg(not(feature = "no-entrypoint"))]
assay_shared::security_text!("Assay rewards");

declare_id!("G5ZqDjPa3DD4evVPnFPuDUMz6Q52E2dtcpE1Rcvdzkhj");

// Another program depends on the interface only: Anchor exports every dispatcher under the same name, and two collide.
#[cfg_attr(
    all(target_os = "solana", feature = "no-entrypoint"),
    program(interface)
)]
#[cfg_attr(not(all(target_os = "solana", feature = "no-entrypoint")), program)]
pub mod assay_rewards {
    use super::*;

    /// Creates the mint, its genesis supply and the emission. Only the program's upgrade authority may call it, and once.
    pub fn initialize(ctx: &mut Context<Initialize>, config: RewardsConfig) -> Result<()> {
        Initialize::initialize(ctx, config)
    }

    /// Changes one parameter within its hard bounds. Only the authority may call it.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        SetParams::set_params(ctx, param, value)
    }

    /// Mints the emission of an epoch whose tally is over and sets the shares of workers and stakers aside. Anyone may call it.
    pub fn finalize_epoch(ctx: &mut Context<FinalizeEpoch>, epoch: u64) -> Result<()> {
        FinalizeEpoch::finalize_epoch(ctx, epoch)
    }

    /// Skips an epoch without work; its emission stays for later ones. Anyone may call it.
    pub fn skip_epoch(ctx: &mut Context<SkipEpoch>, epoch: u64) -> Result<()> {
        SkipEpoch::skip_epoch(ctx, epoch)
    }

    /// Creates a provider's claim record. Anyone may call it.
    pub fn open_claim_record(ctx: &mut Context<OpenClaimRecord>) -> Result<()> {
        OpenClaimRecord::open_claim_record(ctx)
    }

    /// Moves a provider's shares of the epochs that follow to its reward vault. Anyone may call it, and nobody chooses where they go.
    pub fn claim_epochs(ctx: &mut Context<ClaimEpochs>) -> Result<()> {
        ClaimEpochs::claim_epochs(ctx)
    }

    /// Moves the unclaimed rest of an epoch to the treasury and returns the rent. Anyone may call it.
    pub fn close_epoch(ctx: &mut Context<CloseEpoch>) -> Result<()> {
        CloseEpoch::close_epoch(ctx)
    }

    /// Returns the rent of a claim record whose epochs can no longer be claimed. Anyone may call it.
    pub fn close_claim_record(ctx: &mut Context<CloseClaimRecord>) -> Result<()> {
        CloseClaimRecord::close_claim_record(ctx)
    }

    /// Registers a module, so that jobs can pay its author a royalty.
    pub fn register_module(
        ctx: &mut Context<RegisterModule>,
        hash: [u8; 32],
        royalty_bps: u16,
        uri: [u8; 96],
    ) -> Result<()> {
        RegisterModule::register_module(ctx, hash, royalty_bps, uri)
    }

    /// Offers the authorship of a module to another wallet. Only the author may call it.
    pub fn offer_module(ctx: &mut Context<OfferModule>, to: Address) -> Result<()> {
        OfferModule::offer_module(ctx, to)
    }

    /// Takes over the authorship of a module that was offered to the signer.
    pub fn accept_module(ctx: &mut Context<AcceptModule>) -> Result<()> {
        AcceptModule::accept_module(ctx)
    }

    /// Closes the record of a module and returns its rent. Only the author may call it.
    pub fn retire_module(ctx: &mut Context<RetireModule>) -> Result<()> {
        RetireModule::retire_module(ctx)
    }

    /// Writes down a verified result for other programs to read. Anyone may call it.
    pub fn write_receipt(
        ctx: &mut Context<WriteReceipt>,
        task: u32,
        args: ReceiptArgs,
    ) -> Result<()> {
        WriteReceipt::write_receipt(ctx, task, args)
    }

    /// Closes a receipt whose lifetime is over, and returns its rent. Anyone may call it.
    pub fn close_receipt(ctx: &mut Context<CloseReceipt>) -> Result<()> {
        CloseReceipt::close_receipt(ctx)
    }

    /// Returns the number of the program's version.
    pub fn version(ctx: &mut Context<Version>) -> Result<u16> {
        Version::version(ctx)
    }
}
