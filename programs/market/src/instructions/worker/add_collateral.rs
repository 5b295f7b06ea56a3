use crate::{bytes::AUTHORITY_SEED, error::MarketError, event::CollateralAdded, state::Worker};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AddCollateral {
    /// The worker's owner, who signs. Checked by its address, and again by staking.
    #[account(address = worker.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
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
    /// - The provider shall be the worker's (`WrongAccount`).
    /// - The amount shall be greater than zero (`StakingError::ZeroAmount`).
    /// - The provider shall have that much active stake unallocated (`StakingError::StakeAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to allocate, base units of the stake mint.
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
