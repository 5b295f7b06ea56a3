use crate::{
    error::StakingError,
    event::{emit, UndelegationRequested},
    state::{Delegation, Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RequestUndelegation {
    /// The delegator, who signs. Checked by its address.
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any delegation. Checked by its program and its type.
    #[account(mut)]
    pub delegation: Box<Account<Delegation>>,
}

impl RequestUndelegation {
    /// From now on the provider may not bind that stake anew. The shares stay active, earn and answer until `undelegate`, which
    /// anyone may run once the market has freed enough. A request is final.
    ///
    /// # Specification
    /// - The signer shall be the delegator (`NotOwner`).
    /// - The number of shares shall be greater than zero (`ZeroAmount`).
    /// - Slashing shall not have wiped the delegation out (`PositionWipedOut`).
    /// - The delegation shall hold as many shares that are not asked back (`NotEnoughShares`).
    /// - What is not asked back shall be nothing or worth the least delegation (`DelegationTooSmall`).
    ///
    /// # Arguments
    /// - `shares` - shares of the delegated stake to ask back.
    pub fn request_undelegation(ctx: &mut Context<Self>, shares: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        provider.request(delegation, shares, &accounts.params)?;
        emit(&UndelegationRequested {
            provider: *provider.address(),
            delegation: *delegation.address(),
            shares: shares.into(),
            requested_shares: provider.requested_shares,
        });
        Ok(())
    }
}
