use crate::{
    error::{RuleResult, StakingError},
    event::Allocated,
    state::{Params, Provider},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AllocateStake {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// The provider's owner, who signs: the market cannot bind stake by itself. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Account<Provider>,
}

impl AllocateStake {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The provider's owner shall sign (`NotOwner`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall have that much active stake unallocated (`StakeAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to allocate, base units of the stake mint.
    pub fn allocate_stake(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount)?;
        accounts.provider.allocate(amount)?;
        emit!(Allocated {
            provider: *accounts.provider.address(),
            amount: amount.into(),
            allocated: accounts.provider.allocated,
        });
        Ok(())
    }
}
