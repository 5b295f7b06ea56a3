use crate::{error::StakingError, event::ParamSet, state::Params};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    #[account(address = params.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
}

impl SetParams {
    /// Bounds: `Params::parse`. The parameter law is checked after the change (`Params::invariant`).
    pub fn set_params(&mut self, param: u8, value: u64) -> Result<()> {
        let param = Params::parse(param, value)?;
        self.params.put(param, value);
        self.params.invariant()?;
        emit!(ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
