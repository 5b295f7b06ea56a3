use super::initialize::push_exposure;
use crate::{error::MarketError, event::ParamSet, state::Params};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetParams {
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
}

impl SetParams {
    /// Bounds: `Params::parse`. Law: `Params::invariant`. That stake stays slashable long enough for the new windows: staking, in `set_exposure`.
    pub fn set_params(ctx: &mut Context<Self>, param: u8, value: u64) -> Result<()> {
        let param = Params::parse(param, value)?;
        let authority_bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.params.put(param, value);
        accounts.params.invariant()?;
        push_exposure(
            accounts.params.exposure()?,
            &accounts.market_authority,
            &mut accounts.staking_params,
            authority_bump,
        )?;
        emit!(ParamSet {
            value: value.into(),
            param: param as u8,
        });
        Ok(())
    }
}
