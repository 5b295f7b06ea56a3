//! Assay governance: votes change parameters.
//!
//! Voters lock the vote token; a longer lock weighs more. A proposal names up to eight changes of parameters of the four
//! programs. If it passes, anyone can execute it after the hold-up: all changes or none. No key stands above a vote: the only
//! authority over the parameters is a PDA, and it signs nothing but the changes of a passed proposal.
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

pub mod error;
pub mod event;
pub mod instructions;
pub mod payee;
pub mod state;

use instructions::*;
use state::{ProposalDraft, Side};

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

    /// Gives up a lock's weight and starts its cooldown.
    pub fn begin_unlock(ctx: &mut Context<BeginUnlock>) -> Result<()> {
        BeginUnlock::begin_unlock(ctx)
    }

    /// Pays a lock whose cooldown is over to its owner. Anyone may call it.
    pub fn withdraw_lock(ctx: &mut Context<WithdrawLock>, bump: u8) -> Result<()> {
        WithdrawLock::withdraw_lock(ctx, bump)
    }

    /// Opens a proposal against a deposit.
    pub fn propose(ctx: &mut Context<Propose>, index: u64, draft: ProposalDraft) -> Result<()> {
        Propose::propose(ctx, index, draft)
    }

    /// Casts a lock's weight, or moves it to another side.
    pub fn cast_vote(ctx: &mut Context<CastVote>, side: Side) -> Result<()> {
        CastVote::cast_vote(ctx, side)
    }

    /// Returns the rent of a vote whose proposal can no longer be voted on. Anyone may call it.
    pub fn close_vote(ctx: &mut Context<CloseVote>) -> Result<()> {
        CloseVote::close_vote(ctx)
    }

    /// Makes the changes of a proposal that passed. Anyone may call it, once.
    pub fn execute_proposal(ctx: &mut Context<ExecuteProposal>) -> Result<()> {
        ExecuteProposal::execute_proposal(ctx)
    }

    /// Settles the deposit of a finished proposal and returns its rent. Anyone may call it.
    pub fn close_proposal(ctx: &mut Context<CloseProposal>, bump: u8) -> Result<()> {
        CloseProposal::close_proposal(ctx, bump)
    }
}
