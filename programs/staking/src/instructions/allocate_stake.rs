use crate::{
    error::StakingError,
    event::Allocated,
    state::{Params, Provider},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AllocateStake {
    /// The market vouches for the owner's wish by passing on the signature.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub provider: Account<Provider>,
}

impl AllocateStake {
    /// `market_authority`: the one on record in `params`. `owner`: the provider's. `provider`: any of this program's, as the market says.
    ///
    /// Errors: `ZeroAmount`. That enough is unallocated: `Provider::allocate`.
    fn validate(&self, amount: u64) -> core::result::Result<(), StakingError> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    pub fn allocate_stake(&mut self, amount: u64) -> Result<()> {
        self.validate(amount)?;
        self.provider.allocate(amount)?;
        emit!(Allocated {
            provider: *self.provider.address(),
            amount: amount.into(),
            allocated: self.provider.allocated,
        });
        Ok(())
    }
}
