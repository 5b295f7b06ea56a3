use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, Allocated},
    state::{pause, Params, Provider},
};
use alloc::boxed::Box;
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
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl AllocateStake {
    fn validate(&self, amount: u64, now: i64) -> RuleResult<()> {
        self.params.check_pause(pause::ALLOCATE, now)?;
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if self.provider.is_retiring() {
            return Err(StakingError::Retiring);
        }
        Ok(())
    }

    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The provider's owner shall sign (`NotOwner`).
    /// - Allocating shall not be paused (`Paused`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - The self-stake shall reach the minimum (`BelowMinSelfStake`).
    /// - Leverage and the stake that nobody asked back shall cover all that is allocated afterwards (`StakeAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to allocate, base units of the stake mint.
    pub fn allocate_stake(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount, clock::now()?)?;
        accounts.provider.allocate(amount, &accounts.params)?;
        emit(&Allocated {
            provider: *accounts.provider.address(),
            amount: amount.into(),
            allocated: accounts.provider.allocated,
        });
        Ok(())
    }
}
