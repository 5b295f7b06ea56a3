use crate::{
    error::StakingError,
    event::Staked,
    state::{Delegation, Params, Provider},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct DepositStake {
    #[account(mut, address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub provider: Account<Provider>,
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"delegation", provider.address().as_ref(), owner.address().as_ref()],
        bump
    )]
    pub delegation: Account<Delegation>,
    #[account(
        mut,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl DepositStake {
    /// `source`: the token program checks mint, authority and balance.
    ///
    /// Errors: `ZeroAmount`.
    fn validate(&self, amount: u64) -> core::result::Result<(), StakingError> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    pub fn deposit_stake(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        ctx.accounts.validate(amount)?;
        let bump = ctx.bumps.delegation;
        let accounts = &mut ctx.accounts;
        let provider = &mut accounts.provider;
        let delegation = &mut accounts.delegation;
        let generation = provider.generation.get();

        let bought = provider.deposit(amount)?;
        let held = delegation
            .live_shares(generation)
            .checked_add(bought)
            .ok_or(StakingError::Overflow)?;
        delegation.provider = *provider.address();
        delegation.owner = *accounts.owner.address();
        delegation.shares = held.into();
        delegation.generation = generation.into();
        delegation.bump = bump;

        let value = provider
            .active()
            .value(held)
            .ok_or(StakingError::Overflow)?;
        if value < accounts.params.min_self_stake.get() {
            return Err(StakingError::BelowMinSelfStake.into());
        }
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.stake_vault.account(),
            accounts.owner.account(),
            amount,
            &[],
        )?;
        emit!(Staked {
            provider: delegation.provider,
            owner: delegation.owner,
            amount: amount.into(),
            shares: bought.into(),
        });
        Ok(())
    }
}
