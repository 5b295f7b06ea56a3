use crate::{
    error::MarketError,
    event::{emit, CollateralRemoved},
    staking_cpi,
    state::{Totals, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RemoveCollateral {
    /// The worker's owner, who signs. Checked by its address.
    #[account(address = worker.owner @ MarketError::NotOwner)]
    pub owner: Signer,
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

impl RemoveCollateral {
    /// # Specification
    /// - The signer shall be the worker's owner (`NotOwner`).
    /// - The provider shall be the worker's (`WrongAccount`).
    /// - That much collateral shall be free (`NotEnoughCollateral`).
    /// - The amount shall be greater than zero (`StakingError::ZeroAmount`).
    ///
    /// # Arguments
    /// - `amount` - collateral to return to the active stake, base units of the stake mint.
    pub fn remove_collateral(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.worker.return_collateral(amount)?;
        accounts.totals.remove(amount)?;
        staking_cpi::deallocate_stake(
            &accounts.market_authority,
            bump,
            &accounts.staking_params,
            &accounts.provider,
            amount,
        )?;
        emit(CollateralRemoved {
            worker: *accounts.worker.address(),
            amount: amount.into(),
            free: accounts.worker.free,
        });
        Ok(())
    }
}
