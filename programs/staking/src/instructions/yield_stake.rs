use crate::{
    clock,
    error::StakingError,
    event::{emit, Yielded},
    settling::end_diluted,
    state::{Params, Provider, YieldOutcome},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct YieldStake {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl YieldStake {
    /// Frees collateral that delegators asked back or that the owner's stake no longer supports. Where there is none it does nothing.
    ///
    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    ///
    /// # Arguments
    /// - `free` - allocated stake that is bound in no seat, base units of the stake mint.
    pub fn yield_stake(ctx: &mut Context<Self>, free: u64) -> Result<YieldOutcome> {
        let accounts = &mut ctx.accounts;
        let provider = &mut accounts.provider;
        let outcome = provider.yield_free(free, &accounts.params)?;
        if outcome.yielded > 0 {
            emit(&Yielded {
                provider: *provider.address(),
                amount: outcome.yielded.into(),
                owed: outcome.owed.into(),
                allocated: provider.allocated,
            });
        }
        end_diluted(provider, &accounts.params, clock::now()?)?;
        Ok(outcome)
    }
}
