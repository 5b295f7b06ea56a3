use crate::{error::StakingError, event::ExposureSet, state::Params};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetExposure {
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
}

impl SetExposure {
    /// Nothing to check before the change; the parameter law is checked after it (`Params::invariant`).
    pub fn set_exposure(&mut self, exposure: u64) -> Result<()> {
        self.params.exposure = exposure.into();
        self.params.invariant()?;
        emit!(ExposureSet {
            exposure: exposure.into(),
        });
        Ok(())
    }
}
