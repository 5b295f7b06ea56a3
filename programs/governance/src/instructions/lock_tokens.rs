#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    error::{GovernanceError, RuleResult},
    event::{emit, Locked},
    state::{Lock, Params},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(nonce: u64)]
pub struct LockTokens {
    /// The wallet that will own the lock, who signs and pays the rent.
    #[account(mut)]
    pub owner: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The lock, created here.
    #[account(
        init,
        payer = owner,
        seeds = [b"lock", owner.address().as_ref(), &nonce.to_le_bytes()],
        bump
    )]
    pub lock: Box<Account<Lock>>,
    /// The lock's vault, created here.
    #[account(
        init,
        payer = owner,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"lock_vault", lock.address().as_ref()],
        bump
    )]
    pub lock_vault: UncheckedAccount,
    /// The vote mint on record in `params`. Checked by its address.
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl LockTokens {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(GovernanceError::ZeroAmount);
        }
        Ok(())
    }

    /// # Specification
    /// - The mint shall be the vote mint (`WrongMint`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The duration shall not be below the shortest lock (`LockTooShort`).
    /// - The duration shall not be above the longest lock (`LockTooLong`).
    ///
    /// # Arguments
    /// - `nonce` - number chosen by the owner; the lock's address follows from it.
    /// - `amount` - tokens to lock, base units of the vote mint.
    /// - `duration` - time from the beginning of the unlocking to the withdrawal, seconds.
    pub fn lock_tokens(
        ctx: &mut Context<Self>,
        nonce: u64,
        amount: u64,
        duration: u64,
    ) -> Result<()> {
        ctx.accounts.validate(amount)?;
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let address = *accounts.lock.address();
        let lock: &mut Lock = &mut accounts.lock;
        lock.begin(&mut accounts.params, amount, duration, now)?;
        lock.owner = *accounts.owner.address();
        lock.nonce = nonce.into();
        lock.version = 1;
        lock.bump = ctx.bumps.lock;
        lock.vault_bump = ctx.bumps.lock_vault;
        token::open_account(
            [
                accounts.lock_vault.account(),
                accounts.vote_mint.account(),
                accounts.source.account(),
                accounts.owner.account(),
            ],
            &address,
            amount,
        );
        emit(Locked {
            lock: address,
            owner: lock.owner,
            weight: lock.weight,
            total_weight: accounts.params.total_weight,
            first_opening: lock.first_opening,
            locked_at: lock.locked_at,
        });
        Ok(())
    }
}
