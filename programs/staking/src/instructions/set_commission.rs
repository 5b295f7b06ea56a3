use crate::{
    clock,
    error::StakingError,
    event::{emit, CommissionSet},
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetCommission {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl SetCommission {
    /// The change holds after the unbonding period and the claim span: who does not like it has left before, with the rewards of
    /// every epoch at the rate of that epoch.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - No epoch from before the last change shall be open to claims (`CommissionPending`).
    /// - The commission shall be at most half (`CommissionTooHigh`).
    /// - A raise shall be at most five percent of the rewards (`RaiseTooLarge`).
    ///
    /// # Arguments
    /// - `bps` - what the owner keeps of the stakers' part of its rewards, basis points.
    pub fn set_commission(ctx: &mut Context<Self>, bps: u16) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let (unbonding, span) = (
            accounts.params.unbonding_period.get(),
            accounts.params.claim_span.get(),
        );
        let now = clock::now()?;
        let provider = &mut accounts.provider;
        provider.commission.set(bps, now, unbonding, span)?;
        emit(&CommissionSet {
            provider: *provider.address(),
            from: provider.commission.next_from,
            bps: provider.commission.next_bps,
        });
        Ok(())
    }
}
