use crate::{
    error::MarketError,
    event::{emit, CollateralYielded},
    staking_cpi,
    state::{Totals, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct YieldCollateral {
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The market's sums. Checked by their seeds.
    #[account(mut, seeds = [b"totals"], bump)]
    pub totals: Box<Account<Totals>>,
    /// The worker's provider. Checked by its address.
    #[account(mut, address = worker.provider @ MarketError::WrongAccount)]
    pub provider: UncheckedAccount,
    /// The market's authority, which signs the call of staking. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// Staking's parameters. Checked by staking.
    pub staking_params: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
}

impl YieldCollateral {
    /// Delegators asked for stake back, or slashing took the owner's: staking says how much collateral is too much. What is free
    /// returns now; what is bound is remembered, and no claim may use as much of what becomes free. Where nothing is too much
    /// nothing happens.
    ///
    /// # Specification
    /// - The provider shall be the worker's (`WrongAccount`).
    pub fn yield_collateral(ctx: &mut Context<Self>) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        let outcome = staking_cpi::yield_stake(
            &accounts.market_authority,
            bump,
            &accounts.staking_params,
            &accounts.provider,
            accounts.worker.free.get(),
        )?;
        let worker = &mut accounts.worker;
        worker.yield_collateral(outcome.yielded, outcome.owed)?;
        accounts.totals.remove(outcome.yielded)?;
        emit(CollateralYielded {
            worker: *worker.address(),
            amount: outcome.yielded.into(),
            owed: outcome.owed.into(),
            free: worker.free,
        });
        Ok(())
    }
}
