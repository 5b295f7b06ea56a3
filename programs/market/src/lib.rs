//! Assay market: jobs are posted, claimed, worked on, judged and paid.
//!
//! A job is a batch of tasks over one WebAssembly module, with its own escrow. Workers are drawn by stake-weighted
//! sortition. Several of them run each task, commit to their result and reveal it. The workers whose digest reaches the
//! quorum are paid, the others are slashed, and a missed deadline compensates the requester.
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

use alloc::vec::Vec;
use anchor_lang::prelude::*;

pub mod bytes;
pub mod error;
pub mod event;
pub mod instructions;
pub mod state;

use instructions::*;
use state::JobTerms;

declare_id!("H5Y8BnN7we6UuHrQQvit6BLEPYTTU4Q2j8ufS4vbXKGt");

// Another program depends on the interface only: Anchor exports every dispatcher under the same name, and two collide.
#[cfg_attr(
    all(target_os = "solana", feature = "no-entrypoint"),
    program(interface)
)]
#[cfg_attr(not(all(target_os = "solana", feature = "no-entrypoint")), program)]
pub mod assay_market {
    use super::*;

    /// Creates the parameters and tells staking the market's exposure. Only the upgrade authority may call it, and once.
    pub fn initialize(ctx: &mut Context<Initialize>, config: MarketConfig) -> Result<()> {
        Initialize::initialize(ctx, config)
    }

    /// Passes the authority on. Only the authority may call it.
    pub fn set_authority(ctx: &mut Context<SetAuthority>, authority: Address) -> Result<()> {
        SetAuthority::set_authority(ctx, authority)
    }

    /// Changes one parameter within its hard bounds. Only the authority may call it.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        SetParams::set_params(ctx, param, value)
    }

    /// Allows jobs to be paid in a mint. Only the authority may call it.
    pub fn allow_mint(ctx: &mut Context<AllowMint>, stake_rate: u64) -> Result<()> {
        AllowMint::allow_mint(ctx, stake_rate)
    }

    /// Opens a provider's side of the market: its worker.
    pub fn open_worker(ctx: &mut Context<OpenWorker>) -> Result<()> {
        OpenWorker::open_worker(ctx)
    }

    /// Copies a changed node key from the provider to its worker. Anyone may call it.
    pub fn sync_worker(ctx: &mut Context<SyncWorker>) -> Result<()> {
        SyncWorker::sync_worker(ctx)
    }

    /// Allocates active stake to the market as collateral.
    pub fn add_collateral(ctx: &mut Context<AddCollateral>, amount: u64) -> Result<()> {
        AddCollateral::add_collateral(ctx, amount)
    }

    /// Returns free collateral to the provider's active stake.
    pub fn remove_collateral(ctx: &mut Context<RemoveCollateral>, amount: u64) -> Result<()> {
        RemoveCollateral::remove_collateral(ctx, amount)
    }

    /// Opens a job over accounts that the same transaction created and funded.
    pub fn post_job(ctx: &mut Context<PostJob>, terms: JobTerms) -> Result<()> {
        PostJob::post_job(ctx, terms)
    }

    /// Adds tasks with a manifest of their own to a job that can still be claimed.
    pub fn extend_job(ctx: &mut Context<ExtendJob>, tasks: u32, manifest: [u8; 32]) -> Result<()> {
        ExtendJob::extend_job(ctx, tasks, manifest)
    }

    /// Takes back the unclaimed tasks of a range.
    pub fn cancel_job(ctx: &mut Context<CancelJob>, first_task: u32, count: u32) -> Result<()> {
        CancelJob::cancel_job(ctx, first_task, count)
    }

    /// Binds collateral to a seat that the worker is drawn for.
    pub fn claim_task(
        ctx: &mut Context<ClaimTask>,
        task: u32,
        replica: u8,
        seed: [u8; 32],
    ) -> Result<()> {
        ClaimTask::claim_task(ctx, task, replica, seed)
    }

    /// Commits to a result without showing it.
    pub fn commit_result(
        ctx: &mut Context<CommitResult>,
        task: u32,
        replica: u8,
        commitment: [u8; 32],
    ) -> Result<()> {
        CommitResult::commit_result(ctx, task, replica, commitment)
    }

    /// Shows the committed digest once every open seat of the task has committed.
    pub fn reveal_result(
        ctx: &mut Context<RevealResult>,
        task: u32,
        replica: u8,
        digest: [u8; 32],
        salt: [u8; 32],
    ) -> Result<()> {
        RevealResult::reveal_result(ctx, task, replica, digest, salt)
    }

    /// Judges a task whose results are in. Anyone may call it.
    pub fn settle_task(ctx: &mut Context<SettleTask>, task: u32) -> Result<()> {
        SettleTask::settle_task(ctx, task)
    }

    /// Ends overdue claims, and free seats when the claim window is over. Anyone may call it.
    pub fn expire_task(ctx: &mut Context<ExpireTask>, task: u32) -> Result<()> {
        ExpireTask::expire_task(ctx, task)
    }

    /// Pays a worker's accepted seats in one transfer and frees their bonds. Anyone may call it.
    pub fn collect_pay(ctx: &mut Context<CollectPay>, seats: Vec<u32>) -> Result<()> {
        CollectPay::collect_pay(ctx, seats)
    }

    /// Slashes a worker for rejected seats and compensates the requester for missed ones. Anyone may call it.
    pub fn penalize_worker(ctx: &mut Context<PenalizeWorker>, seats: Vec<u32>) -> Result<()> {
        PenalizeWorker::penalize_worker(ctx, seats)
    }

    /// Pays the fees, returns the remaining money and the rent to the requester, and ends the job.
    pub fn close_job(ctx: &mut Context<CloseJob>) -> Result<()> {
        CloseJob::close_job(ctx)
    }

    /// Adds a worker's weight of an ended epoch to the epoch's sum. Anyone may call it.
    pub fn tally_work(ctx: &mut Context<TallyWork>, epoch: u64) -> Result<()> {
        TallyWork::tally_work(ctx, epoch)
    }

    /// Returns the rent of a work record that no worker can claim from any more. Anyone may call it.
    pub fn close_work(ctx: &mut Context<CloseWork>) -> Result<()> {
        CloseWork::close_work(ctx)
    }
}
