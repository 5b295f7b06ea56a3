//! Parametric cover: an example of a program that acts on a verified computation.
//!
//! An insurer locks money for an insured and says in advance what it pays on: which module, run on which input, must output
//! which figure. Anyone may then order that run on the Assay market and write a receipt of its result. Whoever shows the
//! receipt makes the program pay. Nobody judges the claim: not the insurer, not the insured, not an oracle.
//!
//! The program trusts a receipt as far as something stood behind it. The terms of a cover say how much that must be, because
//! a receipt also exists for a result that one worker delivered and nobody checked ([`state::Cover::check_receipt`]).
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

#[cfg(not(target_os = "solana"))]
pub mod client;
pub mod error;
pub mod event;
pub mod instructions;
pub mod state;

use instructions::*;
use state::CoverTerms;

// Whoever deploys the program puts the address of a keypair of his own here.
declare_id!("Aoxaw6cQ9XVMyVzZr4B1r8YHJxTVZsRpBTGbezonQuwB");

// Another program depends on the interface only: Anchor exports every dispatcher under the same name, and two collide.
#[cfg_attr(
    all(target_os = "solana", feature = "no-entrypoint"),
    program(interface)
)]
#[cfg_attr(not(all(target_os = "solana", feature = "no-entrypoint")), program)]
pub mod parametric_cover {
    use super::*;

    /// Locks the insurer's money for an insured.
    pub fn open_cover(ctx: &mut Context<OpenCover>, terms: CoverTerms) -> Result<()> {
        OpenCover::open_cover(ctx, terms)
    }

    /// Pays the insured because a receipt says what the cover pays on. Anyone may call it.
    pub fn settle_cover(ctx: &mut Context<SettleCover>, bump: u8) -> Result<()> {
        SettleCover::settle_cover(ctx, bump)
    }

    /// Returns the money to the insurer after the deadline. Anyone may call it.
    pub fn expire_cover(ctx: &mut Context<ExpireCover>, bump: u8) -> Result<()> {
        ExpireCover::expire_cover(ctx, bump)
    }
}
