use crate::{error::RewardsError, event::ParamSet, state::Emission};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    #[account(address = emission.authority @ RewardsError::NotAuthority)]
    pub authority: Signer,
    #[account(mut, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
}

impl SetParams {
    /// Bounds: `Emission::parse`. A change holds from the next epoch that is finalized.
    pub fn set_params(&mut self, param: u8, value: u64) -> Result<()> {
        let param = Emission::parse(param, value)?;
        self.emission.put(param, value);
        emit!(ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
