use crate::{bytes::AUTHORITY_SEED, error::MarketError, event::CollateralAdded, state::Worker};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AddCollateral {
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

impl AddCollateral {
    /// That the provider has so much unallocated stake, and `staking_params`: staking, in `allocate`.
    pub fn add_collateral(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        accounts.worker.add_collateral(amount, now)?;
        let cpi_accounts = assay_staking::cpi::accounts::AllocateStake {
            market_authority: accounts.market_authority.cpi_handle(),
            owner: accounts.owner.cpi_handle(),
            params: accounts.staking_params.cpi_handle(),
            provider: accounts.provider.cpi_handle_mut(),
        };
        let seeds: &[&[&[u8]]] = &[&[AUTHORITY_SEED, &[bump]]];
        let cpi = CpiContext::new(&assay_staking::ID, cpi_accounts).with_signer(seeds);
        assay_staking::cpi::allocate_stake(cpi, amount)?;
        emit!(CollateralAdded {
            worker: *accounts.worker.address(),
            amount: amount.into(),
            free: accounts.worker.free,
        });
        Ok(())
    }
}
