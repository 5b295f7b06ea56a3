use crate::{
    error::StakingError,
    event::Deallocated,
    state::{Params, Provider},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DeallocateStake {
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub provider: Account<Provider>,
}

impl DeallocateStake {
    /// `market_authority`: the one on record in `params`. `provider`: any of this program's, as the market says.
    ///
    /// Errors: `ZeroAmount`. That so much is allocated: `Provider::deallocate`.
    fn validate(&self, amount: u64) -> core::result::Result<(), StakingError> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    pub fn deallocate_stake(&mut self, amount: u64) -> Result<()> {
        self.validate(amount)?;
        self.provider.deallocate(amount)?;
        emit!(Deallocated {
            provider: *self.provider.address(),
            amount: amount.into(),
            allocated: self.provider.allocated,
        });
        Ok(())
    }
}
