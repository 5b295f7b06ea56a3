//! Assay governance: votes change parameters, spend the treasury, replace bytecode.
//!
//! Voters lock the vote token; a longer lock weighs more. A proposal names up to eight typed actions. After a notice, in which
//! whoever sees it can lock tokens, its vote opens with a snapshot of the weight. If it passes, anyone can execute it after the
//! hold-up: all actions or none. A guardian, named by a vote, may stop a passed proposal in the hold-up, pause single
//! operations for days, and close payment mints for new jobs; it can do nothing else, and cannot keep itself in office.
//!
//! Three addresses act for governance, and none holds what another signs for: the authority calls the other programs, the
//! treasury transfers tokens, the upgrader calls the loader.
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

extern crate alloc;

#[cfg(target_arch = "bpf")]
use assay_sbf_builtins as _;

use anchor_lang::prelude::*;

pub mod addresses;
mod cpi;
pub mod error;
pub mod event;
pub mod instructions;
mod loader;
mod payee;
pub mod spend;
pub mod state;

use instructions::*;
use state::{ProposalDraft, Side};

#[cfg(not(feature = "no-entrypoint"))]
assay_shared::security_text!("Assay governance");

declare_id!("piwwyEc6h6YQrVKG8Kjnm1Xx7zZS6pmjbTDriDioBC4");

#[program]
pub mod assay_governance {
    use super::*;

    /// Creates the parameters. Only the program's upgrade authority may call it, and once.
    pub fn initialize(ctx: &mut Context<Initialize>, config: GovernanceConfig) -> Result<()> {
        Initialize::initialize(ctx, config)
    }

    /// Locks vote tokens for a voting weight that grows with the duration.
    pub fn lock_tokens(
        ctx: &mut Context<LockTokens>,
        nonce: u64,
        amount: u64,
        duration: u64,
    ) -> Result<()> {
        LockTokens::lock_tokens(ctx, nonce, amount, duration)
    }

    /// Notes that the owner is awake, and gives an unlocking lock its weight again.
    pub fn renew_lock(ctx: &mut Context<RenewLock>) -> Result<()> {
        RenewLock::renew_lock(ctx)
    }

    /// Gives up a lock's weight and starts its cooldown.
    pub fn begin_unlock(ctx: &mut Context<RenewLock>) -> Result<()> {
        RenewLock::begin_unlock(ctx)
    }

    /// Does so with a lock whose owner has given no sign for long. Anyone may call it.
    pub fn lapse_lock(ctx: &mut Context<LapseLock>) -> Result<()> {
        LapseLock::lapse_lock(ctx)
    }

    /// Pays a lock whose cooldown is over to its owner. Anyone may call it.
    pub fn withdraw_lock(ctx: &mut Context<WithdrawLock>, bump: u8) -> Result<()> {
        WithdrawLock::withdraw_lock(ctx, bump)
    }

    /// Publishes a proposal against a deposit.
    pub fn propose(ctx: &mut Context<Propose>, index: u64, draft: ProposalDraft) -> Result<()> {
        Propose::propose(ctx, index, draft)
    }

    /// Opens the vote on a proposal after its notice. Anyone may call it.
    pub fn open_vote(ctx: &mut Context<OpenVote>) -> Result<()> {
        OpenVote::open_vote(ctx)
    }

    /// Casts a lock's weight, or moves it to another side.
    pub fn cast_vote(ctx: &mut Context<CastVote>, side: Side, bump: u8) -> Result<()> {
        CastVote::cast_vote(ctx, side, bump)
    }

    /// Casts a lock's weight on a side that is revealed after the voting.
    pub fn cast_secret_vote(
        ctx: &mut Context<CastVote>,
        commitment: [u8; 32],
        bump: u8,
    ) -> Result<()> {
        CastVote::cast_secret_vote(ctx, commitment, bump)
    }

    /// Counts a secret vote on its side. Anyone who knows the salt may call it.
    pub fn reveal_vote(ctx: &mut Context<RevealVote>, side: Side, salt: [u8; 32]) -> Result<()> {
        RevealVote::reveal_vote(ctx, side, salt)
    }

    /// Returns the rent of a vote whose proposal can no longer be voted on. Anyone may call it.
    pub fn close_vote(ctx: &mut Context<CloseVote>) -> Result<()> {
        CloseVote::close_vote(ctx)
    }

    /// Executes the actions of a proposal that passed. Anyone may call it, once.
    pub fn execute_proposal(ctx: &mut Context<ExecuteProposal>) -> Result<()> {
        ExecuteProposal::execute_proposal(ctx)
    }

    /// Replaces the bytecode of a program as a vote decided. Anyone may call it, once.
    pub fn execute_upgrade(ctx: &mut Context<ExecuteUpgrade>) -> Result<()> {
        ExecuteUpgrade::execute_upgrade(ctx)
    }

    /// Gives the buffer of an upgrade that will not happen back. Anyone may call it.
    pub fn return_buffer(ctx: &mut Context<ReturnBuffer>) -> Result<()> {
        ReturnBuffer::return_buffer(ctx)
    }

    /// Settles the deposit of a finished proposal and returns its rent. Anyone may call it.
    pub fn close_proposal(ctx: &mut Context<CloseProposal>, bump: u8) -> Result<()> {
        CloseProposal::close_proposal(ctx, bump)
    }

    /// Pays what has vested of a grant to its recipient. Anyone may call it.
    pub fn claim_grant(ctx: &mut Context<ClaimGrant>, bump: u8) -> Result<()> {
        ClaimGrant::claim_grant(ctx, bump)
    }

    /// Ends a grant that is paid or given up. Anyone may call it.
    pub fn close_grant(ctx: &mut Context<CloseGrant>, bump: u8) -> Result<()> {
        CloseGrant::close_grant(ctx, bump)
    }

    /// Stops a passed proposal in its hold-up. Only the guardian may call it.
    pub fn veto_proposal(ctx: &mut Context<VetoProposal>) -> Result<()> {
        VetoProposal::veto_proposal(ctx)
    }

    /// Pauses operations of a program for days. Only the guardian may call it.
    pub fn pause_operation(
        ctx: &mut Context<PauseOperation>,
        target: u8,
        bits: u64,
        seconds: u64,
    ) -> Result<()> {
        PauseOperation::pause_operation(ctx, target, bits, seconds)
    }

    /// Ends such a pause early. Only the guardian may call it.
    pub fn lift_pause(ctx: &mut Context<PauseOperation>, target: u8) -> Result<()> {
        PauseOperation::lift_pause(ctx, target)
    }

    /// Closes a payment mint to new jobs. Only the guardian may call it.
    pub fn close_mint(ctx: &mut Context<CloseMint>) -> Result<()> {
        CloseMint::close_mint(ctx)
    }

    /// Takes the office of the guardian, which a vote offered.
    pub fn accept_guardian(ctx: &mut Context<AcceptGuardian>) -> Result<()> {
        AcceptGuardian::accept_guardian(ctx)
    }

    /// Takes the authority over the market, which was offered. Anyone may call it.
    pub fn accept_market(ctx: &mut Context<AcceptMarket>) -> Result<()> {
        AcceptMarket::accept_market(ctx)
    }

    /// Takes the upgrade authority over a program from its holder, who signs.
    pub fn accept_program(ctx: &mut Context<AcceptProgram>) -> Result<()> {
        AcceptProgram::accept_program(ctx)
    }

    /// Returns the number of the program's version.
    pub fn version(ctx: &mut Context<Version>) -> Result<u16> {
        Version::version(ctx)
    }
}
