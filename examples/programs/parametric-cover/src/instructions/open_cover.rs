#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    error::{CoverError, RuleResult},
    event::CoverOpened,
    state::{Cover, CoverTerms},
};
use anchor_lang::prelude::*;
use assay_shared::token::{self, Mint};

#[derive(Accounts)]
#[instruction(terms: CoverTerms)]
pub struct OpenCover {
    /// Locks the money, pays the rent, and signs. Any wallet.
    #[account(mut)]
    pub insurer: Signer,
    /// The cover, created here.
    #[account(
        init,
        payer = insurer,
        seeds = [b"cover", insurer.address().as_ref(), &terms.nonce.to_le_bytes()],
        bump
    )]
    pub cover: Account<Cover>,
    /// The cover's vault, created here.
    #[account(
        init,
        payer = insurer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"cover_vault", cover.address().as_ref()],
        bump
    )]
    pub vault: UncheckedAccount,
    /// The mint of the money. Checked by `validate`.
    pub mint: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenCover {
    fn validate(&self, terms: &CoverTerms, now: i64) -> RuleResult<()> {
        terms.validate(now)?;
        let mint = Mint::read(self.mint.account(), &token::TOKEN).ok_or(CoverError::WrongMint)?;
        if mint.freezable {
            return Err(CoverError::FreezableMint);
        }
        Ok(())
    }

    /// # Specification
    /// - The sum insured shall be greater than zero (`ZeroAmount`).
    /// - The deadline shall lie in the future (`DeadlinePassed`).
    /// - Some receipt shall be able to satisfy the terms (`BadTerms`).
    /// - The mint shall be one of the classic token program (`WrongMint`).
    /// - The mint shall have no freeze authority (`FreezableMint`).
    ///
    /// # Arguments
    /// - `terms` - what the cover pays, and on what.
    pub fn open_cover(ctx: &mut Context<Self>, terms: CoverTerms) -> Result<()> {
        ctx.accounts
            .validate(&terms, Clock::get()?.unix_timestamp)?;
        let (bump, vault_bump) = (ctx.bumps.cover, ctx.bumps.vault);
        let accounts = &mut ctx.accounts;
        let cover = &mut accounts.cover;
        cover.open(&terms);
        cover.insurer = *accounts.insurer.address();
        cover.mint = *accounts.mint.address();
        cover.bump = bump;
        cover.vault_bump = vault_bump;
        token::initialize_account(
            &token::TOKEN,
            accounts.vault.account(),
            accounts.mint.account(),
            cover.address(),
        )?;
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.vault.account(),
            accounts.insurer.account(),
            terms.amount,
            &[],
        )?;
        emit!(CoverOpened {
            cover: *cover.address(),
            insurer: cover.insurer,
            insured: cover.insured,
            mint: cover.mint,
            amount: cover.amount,
            expires_at: cover.expires_at,
        });
        Ok(())
    }
}
