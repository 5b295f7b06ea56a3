//! Assay market: jobs are posted, claimed, worked on, judged and paid.
//!
//! A job is a batch of tasks over one WebAssembly module, with its own escrow. A task is run by one worker and checked by
//! others, which are drawn after it has contributed. Whoever lies loses more than a lie can win; [`game`] has the rules.
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
pub mod game;
pub mod instructions;
mod staking_cpi;
pub mod state;

use instructions::*;
use state::JobTerms;

declare_id!("H5Y8BnN7we6UuHrQQvit6BLEPYTTU4Q2j8ufS4vbXKGt");

#[cfg(not(feature = "no-entrypoint"))]
assay_shared::security_text!("Assay market");

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

    /// Offers the authority to another. Only the authority may call it.
    pub fn offer_authority(ctx: &mut Context<OfferAuthority>, to: Address) -> Result<()> {
        OfferAuthority::offer_authority(ctx, to)
    }

    /// Takes the authority over. Only the one to whom it was offered may call it.
    pub fn accept_authority(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
        AcceptAuthority::accept_authority(ctx)
    }

    /// Changes one parameter within its hard bounds. Only the authority may call it.
    pub fn set_params(ctx: &mut Context<SetParams>, param: u8, value: u64) -> Result<()> {
        SetParams::set_params(ctx, param, value)
    }

    /// Pauses what brings new work, until a time. Only the authority may call it.
    pub fn set_pause(ctx: &mut Context<SetPause>, bits: u64, until: i64) -> Result<()> {
        SetPause::set_pause(ctx, bits, until)
    }

    /// Allows jobs to be paid in a mint. Only the authority may call it.
    pub fn allow_mint(ctx: &mut Context<AllowMint>, stake_rate: u64, vault_bump: u8) -> Result<()> {
        AllowMint::allow_mint(ctx, stake_rate, vault_bump)
    }

    /// Changes the rate, the admission or the fee authority of a payment mint. Only the authority may call it.
    pub fn set_mint(ctx: &mut Context<SetMint>, change: u8, value: u64) -> Result<()> {
        SetMint::set_mint(ctx, change, value)
    }

    /// Opens a provider's side of the market: its worker.
    pub fn open_worker(ctx: &mut Context<OpenWorker>) -> Result<()> {
        OpenWorker::open_worker(ctx)
    }

    /// Sets what the worker's node may risk, its encryption key and its read URL. Only the owner may call it.
    pub fn update_worker(ctx: &mut Context<UpdateWorker>, settings: WorkerSettings) -> Result<()> {
        UpdateWorker::update_worker(ctx, settings)
    }

    /// Copies a changed node key, region or beneficiary from the provider to its worker. Anyone may call it.
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

    /// Gives collateral back that the provider's stake no longer supports. Anyone may call it.
    pub fn yield_collateral(ctx: &mut Context<YieldCollateral>) -> Result<()> {
        YieldCollateral::yield_collateral(ctx)
    }

    /// Opens a job over accounts that the same transaction created and funded.
    pub fn post_job(ctx: &mut Context<PostJob>, terms: JobTerms) -> Result<()> {
        PostJob::post_job(ctx, terms)
    }

    /// Adds tasks with a manifest of their own to a job that can still be claimed.
    pub fn extend_job(
        ctx: &mut Context<ExtendJob>,
        tasks: u32,
        manifest: [u8; 32],
        inputs: [u8; 32],
    ) -> Result<()> {
        ExtendJob::extend_job(ctx, tasks, manifest, inputs)
    }

    /// Takes back the unclaimed tasks of a range.
    pub fn cancel_job(ctx: &mut Context<CancelJob>, first_task: u32, count: u32) -> Result<()> {
        CancelJob::cancel_job(ctx, first_task, count)
    }

    /// Binds collateral in a seat that the worker's rank admits it to.
    pub fn claim_task(
        ctx: &mut Context<ClaimTask>,
        task: u32,
        seat: u8,
        seed: [u8; 32],
    ) -> Result<()> {
        ClaimTask::claim_task(ctx, task, seat, seed)
    }

    /// Contributes a result, hidden in two hashes.
    pub fn contribute(
        ctx: &mut Context<Contribute>,
        task: u32,
        seat: u8,
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        Contribute::contribute(ctx, task, seat, hash, seal)
    }

    /// Draws a seat or round that nobody claims, or names another slot for its draw. Anyone may call it.
    pub fn draw_seat(ctx: &mut Context<DrawSeat>, task: u32, seat: u8) -> Result<()> {
        DrawSeat::draw_seat(ctx, task, seat)
    }

    /// Opens the result that all seats agree on. Whoever knows its digest may call it.
    pub fn open_task(ctx: &mut Context<OpenTask>, task: u32, digest: [u8; 32]) -> Result<()> {
        OpenTask::open_task(ctx, task, digest)
    }

    /// Ends what nobody took, opened or disputed in time. Anyone may call it.
    pub fn expire_task(ctx: &mut Context<ExpireTask>, task: u32) -> Result<()> {
        ExpireTask::expire_task(ctx, task)
    }

    /// Pays a worker's seats of ended tasks in one transfer and frees their bonds. Anyone may call it.
    pub fn collect_pay(ctx: &mut Context<CollectPay>, seats: Vec<u32>, bump: u8) -> Result<()> {
        CollectPay::collect_pay(ctx, seats, bump)
    }

    /// Settles seats whose pay a frozen account keeps from its owner. Anyone may call it.
    pub fn hold_pay(
        ctx: &mut Context<HoldPay>,
        seats: Vec<u32>,
        bump: u8,
        held_bump: u8,
    ) -> Result<()> {
        HoldPay::hold_pay(ctx, seats, bump, held_bump)
    }

    /// Moves pay that was held with a worker's account to its beneficiary. Anyone may call it.
    pub fn collect_held(ctx: &mut Context<CollectHeld>, bump: u8) -> Result<()> {
        CollectHeld::collect_held(ctx, bump)
    }

    /// Charges a worker for a missed deadline or a lie. Anyone may call it.
    pub fn penalize_worker(
        ctx: &mut Context<PenalizeWorker>,
        task: u32,
        source: u8,
        seat: u8,
    ) -> Result<()> {
        PenalizeWorker::penalize_worker(ctx, task, source, seat)
    }

    /// Opens the check of a task: one that a later slot made due, or one that the requester asks for.
    pub fn open_check(ctx: &mut Context<OpenCheck>, task: u32) -> Result<()> {
        OpenCheck::open_check(ctx, task)
    }

    /// Opens a round on seats that disagree, or on a standing result that a worker contradicts.
    pub fn open_round(
        ctx: &mut Context<OpenRound>,
        task: u32,
        kind: u8,
        pot_bump: u8,
        challenge: Option<ChallengeArgs>,
    ) -> Result<()> {
        OpenRound::open_round(ctx, task, kind, pot_bump, challenge)
    }

    /// Binds collateral in a seat of a check or round that the worker's rank admits it to.
    pub fn claim_round(ctx: &mut Context<ClaimRound>, seat: u8) -> Result<()> {
        ClaimRound::claim_round(ctx, seat)
    }

    /// Contributes a result to a check or round.
    pub fn contribute_round(
        ctx: &mut Context<ContributeRound>,
        seat: u8,
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        ContributeRound::contribute_round(ctx, seat, hash, seal)
    }

    /// Decides a round by opening what its majority contributed, or gives it up. Anyone may call it.
    pub fn decide_round(ctx: &mut Context<DecideRound>, opening: Option<Opening>) -> Result<()> {
        DecideRound::decide_round(ctx, opening)
    }

    /// Counts who pays for a dispute and who is paid. Anyone may call it.
    pub fn count_dispute(ctx: &mut Context<CountDispute>) -> Result<()> {
        CountDispute::count_dispute(ctx)
    }

    /// Pays the seat of a check and frees its bond. Anyone may call it.
    pub fn collect_check(ctx: &mut Context<CollectCheck>, bump: u8) -> Result<()> {
        CollectCheck::collect_check(ctx, bump)
    }

    /// Pays a party of a dispute out of its penalties. Anyone may call it.
    pub fn collect_award(
        ctx: &mut Context<CollectAward>,
        source: u8,
        seat: u8,
        bump: u8,
    ) -> Result<()> {
        CollectAward::collect_award(ctx, source, seat, bump)
    }

    /// Closes the account of a check or round and returns its rent. Anyone may call it.
    pub fn close_round(ctx: &mut Context<CloseRound>) -> Result<()> {
        CloseRound::close_round(ctx)
    }

    /// Pays fees and royalties, returns the remaining money and the rent to the requester, and ends the job. What a frozen
    /// account refuses stays owed.
    pub fn close_job(ctx: &mut Context<CloseJob>, bump: u8, author_bump: u8) -> Result<()> {
        CloseJob::close_job(ctx, bump, author_bump)
    }

    /// Adds a worker's weight of an ended epoch to the epoch's sum. Anyone may call it.
    pub fn tally_work(ctx: &mut Context<TallyWork>, epoch: u64) -> Result<()> {
        TallyWork::tally_work(ctx, epoch)
    }

    /// Returns the rent of a work record that no worker can claim from any more. Anyone may call it.
    pub fn close_work(ctx: &mut Context<CloseWork>) -> Result<()> {
        CloseWork::close_work(ctx)
    }

    /// Takes a result that attesters signed in the instructions before. It is final at once.
    pub fn submit_attested(
        ctx: &mut Context<SubmitAttested>,
        task: u32,
        seed: [u8; 32],
        result: AttestedResult,
    ) -> Result<()> {
        SubmitAttested::submit_attested(ctx, task, seed, result)
    }
}
