use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, UnbondBegun},
    settling::settle,
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct BeginUnbond {
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

impl BeginUnbond {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    /// Unbonding stake stays the first to be slashed until it matures, also for what was committed before.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The owner shall have that much active stake (`NotEnoughStake`).
    /// - A bucket shall be free, or be collecting (`UnbondingQueueFull`).
    /// - The remaining self-stake shall be zero or reach the minimum (`BelowMinSelfStake`).
    /// - What remains shall support all allocated stake, and leave what delegators asked back (`StakeAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to unbond, base units of the stake mint.
    pub fn begin_unbond(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount)?;
        let now = clock::now()?;
        let provider = &mut accounts.provider;
        settle(provider, now)?;
        let bucket = provider.unbond_own(amount, now, &accounts.params)?;
        emit(&UnbondBegun {
            provider: *provider.address(),
            amount: amount.into(),
            closes_at: bucket.closes_at,
            matures_at: bucket.matures_at,
        });
        Ok(())
    }
}
