use crate::{bytes::AUTHORITY_SEED, error::MarketError, event::CollateralRemoved, state::Worker};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RemoveCollateral {
    #[account(address = worker.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub worker: Account<Worker>,
    #[account(mut, address = worker.provider @ MarketError::WrongAccount)]
    pub provider: UncheckedAccount,
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    pub staking_params: UncheckedAccount,
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
}

impl RemoveCollateral {
    /// That so much collateral is free: `Worker::remove_collateral`. `staking_params`: staking, in `deallocate`.
    pub fn remove_collateral(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.worker.remove_collateral(amount)?;
        let cpi_accounts = assay_staking::cpi::accounts::DeallocateStake {
            market_authority: accounts.market_authority.cpi_handle(),
            params: accounts.staking_params.cpi_handle(),
            provider: accounts.provider.cpi_handle_mut(),
        };
        let seeds: &[&[&[u8]]] = &[&[AUTHORITY_SEED, &[bump]]];
        let cpi = CpiContext::new(&assay_staking::ID, cpi_accounts).with_signer(seeds);
        assay_staking::cpi::deallocate_stake(cpi, amount)?;
        emit!(CollateralRemoved {
            worker: *accounts.worker.address(),
            amount: amount.into(),
            free: accounts.worker.free,
        });
        Ok(())
    }
}
