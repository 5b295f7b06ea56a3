use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, Deallocated},
    settling::end_diluted,
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DeallocateStake {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl DeallocateStake {
    fn validate(&self, amount: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall have that much stake allocated (`MoreThanAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to free, base units of the stake mint.
    pub fn deallocate_stake(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount)?;
        accounts.provider.deallocate(amount)?;
        emit(&Deallocated {
            provider: *accounts.provider.address(),
            amount: amount.into(),
            allocated: accounts.provider.allocated,
        });
        end_diluted(&mut accounts.provider, &accounts.params, clock::now()?)
    }
}
