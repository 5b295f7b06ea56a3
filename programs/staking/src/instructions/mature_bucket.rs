#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    clock,
    event::{emit, BucketMatured},
    state::{Matured, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(matures_at: i64)]
pub struct MatureBucket {
    /// Whoever makes room, who signs and pays the rent until the last ticket is paid.
    #[account(mut)]
    pub payer: Signer,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The record of the bucket, created here.
    #[account(
        init,
        payer = payer,
        seeds = [b"matured", provider.address().as_ref(), &matures_at.to_le_bytes()],
        bump
    )]
    pub matured: Account<Matured>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl MatureBucket {
    /// Moves a matured bucket out of the provider, so that tickets that nobody withdraws keep no place. Anyone may call it.
    ///
    /// # Specification
    /// - The provider shall have a bucket with that time of maturity (`WrongBucket`).
    /// - The bucket shall have matured (`NotMatured`).
    ///
    /// # Arguments
    /// - `matures_at` - Unix time at which the bucket matured, seconds; names it.
    pub fn mature_bucket(ctx: &mut Context<Self>, matures_at: i64) -> Result<()> {
        let bump = ctx.bumps.matured;
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        let bucket = accounts.provider.take_matured(matures_at, now)?;
        let matured = &mut accounts.matured;
        matured.version = 1;
        matured.bump = bump;
        matured.provider = *accounts.provider.address();
        matured.payer = *accounts.payer.address();
        matured.matures_at = bucket.matures_at;
        matured.tokens = bucket.tokens;
        matured.shares = bucket.shares;
        emit(&BucketMatured {
            provider: matured.provider,
            payer: matured.payer,
            matures_at: matured.matures_at,
            tokens: matured.tokens,
            shares: matured.shares,
        });
        Ok(())
    }
}
