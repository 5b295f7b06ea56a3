use crate::{
    error::MarketError,
    event::{emit, CollateralAdded},
    staking_cpi,
    state::{pause, Params, Totals, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AddCollateral {
    /// The worker's owner, who signs. Checked by its address, and again by staking.
    #[account(address = worker.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
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

impl AddCollateral {
    /// # Specification
    /// - The signer shall be the worker's owner (`NotOwner`).
    /// - Adding collateral shall not be paused (`Paused`).
    /// - The provider shall be the worker's (`WrongAccount`).
    /// - The amount shall be greater than zero (`StakingError::ZeroAmount`).
    /// - The owner's stake and what delegators leave shall support that much more (`StakingError::StakeAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to allocate, base units of the stake mint.
    pub fn add_collateral(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        if accounts.params.is_paused(pause::COLLATERAL, now) {
            return Err(MarketError::Paused.into());
        }
        accounts.worker.add_collateral(amount, now)?;
        accounts.totals.add(amount)?;
        staking_cpi::allocate_stake(
            &accounts.market_authority,
            bump,
            accounts.owner.account(),
            &accounts.staking_params,
            &accounts.provider,
            amount,
        )?;
        emit(CollateralAdded {
            worker: *accounts.worker.address(),
            amount: amount.into(),
            free: accounts.worker.free,
        });
        Ok(())
    }
}
