use crate::{
    error::StakingError,
    event::{emit, ExposureSet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetExposure {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl SetExposure {
    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The unbonding period shall cover the exposure and an hour of slack (`UnbondingTooShort`).
    ///
    /// # Arguments
    /// - `exposure` - longest time from a claim to the verdict on it, seconds.
    pub fn set_exposure(ctx: &mut Context<Self>, exposure: u64) -> Result<()> {
        let params = &mut ctx.accounts.params;
        params.exposure = exposure.into();
        params.invariant()?;
        emit(&ExposureSet {
            exposure: exposure.into(),
        });
        Ok(())
    }
}
