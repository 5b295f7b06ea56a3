use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, Staked},
    settling::settle,
    state::{pause, Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct DepositStake {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl DepositStake {
    fn validate(&self, amount: u64, now: i64) -> RuleResult<()> {
        self.params.check_pause(pause::STAKE, now)?;
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if self.provider.is_retiring() {
            return Err(StakingError::Retiring);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - Depositing shall not be paused (`Paused`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - The self-stake shall reach the minimum afterwards (`BelowMinSelfStake`).
    ///
    /// # Arguments
    /// - `amount` - tokens to deposit, base units of the stake mint.
    pub fn deposit_stake(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        accounts.validate(amount, now)?;
        let provider = &mut accounts.provider;
        settle(provider, now)?;
        provider.deposit_own(amount, &accounts.params)?;
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.stake_vault.account(),
            accounts.owner.account(),
            amount,
            &[],
        )?;
        emit(&Staked {
            provider: *provider.address(),
            amount: amount.into(),
            own_active: provider.own.active,
        });
        Ok(())
    }
}
