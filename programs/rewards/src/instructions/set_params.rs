use crate::{
    error::RewardsError,
    event::{emit, ParamSet},
    state::Emission,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    /// The authority on record in `emission`, who signs. Checked by its address.
    #[account(address = emission.authority @ RewardsError::NotAuthority)]
    pub authority: Signer,
    /// The emission account. Checked by its seeds.
    #[account(mut, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
}

impl SetParams {
    /// The change applies to the next epoch that is finalized.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - The parameter shall exist (`UnknownParam`).
    /// - The value shall lie within the parameter's hard bounds (`ParamOutOfBounds`).
    /// - Workers and stakers together shall leave a part of the emission to the treasury (`SplitTooLarge`).
    ///
    /// # Arguments
    /// - `param` - number of a `Param`.
    /// - `value` - the new value, in the parameter's unit.
    pub fn set_params(ctx: &mut Context<Self>, param: u8, value: u64) -> Result<()> {
        let param = Emission::parse(param, value)?;
        let emission = &mut ctx.accounts.emission;
        emission.put(param, value);
        emission.invariant()?;
        emit(ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
