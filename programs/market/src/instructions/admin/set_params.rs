use crate::{
    error::MarketError,
    event::{emit, ParamSet},
    staking_cpi,
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The market's authority, which signs the call of staking. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// Staking's parameters, which store the market's exposure. Checked by staking.
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
}

impl SetParams {
    /// Jobs keep the values they were posted under.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - The parameter shall exist (`UnknownParam`).
    /// - The value shall lie within the parameter's hard bounds (`ParamOutOfBounds`).
    /// - A seat shall be open to all within the longest claim window (`AdmissionTooSlow`).
    /// - Staking's unbonding period shall cover the market's windows (`StakingError::UnbondingTooShort`).
    ///
    /// # Arguments
    /// - `param` - number of a `Param`.
    /// - `value` - the new value, in the parameter's unit.
    pub fn set_params(ctx: &mut Context<Self>, param: u8, value: u64) -> Result<()> {
        let param = Params::parse(param, value)?;
        let authority_bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.params.put(param, value);
        accounts.params.invariant()?;
        staking_cpi::set_exposure(
            &accounts.market_authority,
            authority_bump,
            &accounts.staking_params,
            accounts.params.exposure()?,
        )?;
        emit(ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
