use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, UnbondCancelled},
    settling::settle,
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CancelUnbond {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl CancelUnbond {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if self.provider.is_retiring() {
            return Err(StakingError::Retiring);
        }
        Ok(())
    }

    /// Takes back what would mature last first.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - That much of the owner's stake shall be unbonding and not mature (`NotEnoughStake`).
    /// - The self-stake shall reach the minimum afterwards (`BelowMinSelfStake`).
    ///
    /// # Arguments
    /// - `amount` - unbonding stake to make active again, base units of the stake mint.
    pub fn cancel_unbond(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount)?;
        let now = clock::now()?;
        let provider = &mut accounts.provider;
        settle(provider, now)?;
        provider.restake_own(amount, now, &accounts.params)?;
        emit(&UnbondCancelled {
            provider: *provider.address(),
            amount: amount.into(),
        });
        Ok(())
    }
}
