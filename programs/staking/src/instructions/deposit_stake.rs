use crate::{
    error::{RuleResult, StakingError},
    event::Staked,
    state::{Delegation, Params, Provider},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct DepositStake {
    /// The provider's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Account<Provider>,
    /// The owner's delegation to the provider, created if needed. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"delegation", provider.address().as_ref(), owner.address().as_ref()],
        bump
    )]
    pub delegation: Account<Delegation>,
    /// The provider's stake vault. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl DepositStake {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - Slashing shall not have diluted the active stake (`PoolDiluted`).
    /// - The amount shall buy at least one share (`DepositTooSmall`).
    /// - The self-stake shall reach the minimum afterwards (`BelowMinSelfStake`).
    ///
    /// # Arguments
    /// - `amount` - tokens to deposit, base units of the stake mint.
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
