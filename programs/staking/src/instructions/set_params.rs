use crate::{
    error::StakingError,
    event::{emit, ParamSet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl SetParams {
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - The parameter shall exist (`UnknownParam`).
    /// - The value shall lie within the parameter's hard bounds (`ParamOutOfBounds`).
    /// - The unbonding period shall cover the market's exposure and an hour of slack (`UnbondingTooShort`).
    ///
    /// # Arguments
    /// - `param` - number of a `Param`.
    /// - `value` - the new value, in the parameter's unit.
    pub fn set_params(ctx: &mut Context<Self>, param: u8, value: u64) -> Result<()> {
        let param = Params::parse(param, value)?;
        let params = &mut ctx.accounts.params;
        params.put(param, value);
        params.invariant()?;
        emit(&ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
