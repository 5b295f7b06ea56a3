// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::{GovernanceError, Rule},
    event::Locked,
    state::{Lock, Params},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(nonce: u64)]
pub struct LockTokens {
    #[account(mut)]
    pub owner: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(
        init,
        payer = owner,
        seeds = [b"lock", owner.address().as_ref(), &nonce.to_le_bytes()],
        bump
    )]
    pub lock: Account<Lock>,
    #[account(
        init,
        payer = owner,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"lock_vault", lock.address().as_ref()],
        bump
    )]
    pub lock_vault: UncheckedAccount,
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl LockTokens {
    /// `source`: the token program checks mint, authority and balance. The duration: `Lock::begin`.
    ///
    /// Errors: `ZeroAmount`.
    fn validate(&self, amount: u64) -> Rule<()> {
        if amount == 0 {
            return Err(GovernanceError::ZeroAmount);
        }
        Ok(())
    }

    pub fn lock_tokens(
        ctx: &mut Context<Self>,
        nonce: u64,
        amount: u64,
        duration: u64,
    ) -> Result<()> {
        ctx.accounts.validate(amount)?;
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let lock = &mut accounts.lock;
        lock.begin(&mut accounts.params, amount, duration, now)?;
        lock.owner = *accounts.owner.address();
        lock.nonce = nonce.into();
        lock.bump = ctx.bumps.lock;
        lock.vault_bump = ctx.bumps.lock_vault;
        token::initialize_account(
            &token::TOKEN,
            accounts.lock_vault.account(),
            accounts.vote_mint.account(),
            lock.address(),
        )?;
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.lock_vault.account(),
            accounts.owner.account(),
            amount,
            &[],
        )?;
        emit!(Locked {
            lock: *lock.address(),
            owner: lock.owner,
            nonce: lock.nonce,
            amount: lock.amount,
            weight: lock.weight,
            duration: lock.duration,
            total_weight: accounts.params.total_weight,
            first_proposal: lock.first_proposal,
            locked_at: lock.locked_at,
        });
        Ok(())
    }
}
