use crate::{
    clock,
    event::{emit, DelegationActivated},
    settling::settle,
    state::{pause, Delegation, Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ActivateDelegation {
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

impl ActivateDelegation {
    /// Buys shares at the price of this moment. Anyone may call it.
    ///
    /// # Specification
    /// - Delegating shall not be paused (`Paused`).
    /// - Tokens shall wait (`ZeroAmount`).
    /// - Their time shall have come (`TooEarly`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - Every delegation of a generation that was wiped out shall be settled (`GenerationUnsettled`).
    /// - Slashing shall not have diluted the delegated stake (`PoolDiluted`).
    /// - The tokens shall buy at least one share (`DepositTooSmall`).
    pub fn activate_delegation(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        accounts.params.check_pause(pause::DELEGATE, now)?;
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        settle(provider, now)?;
        provider.settle_position(delegation)?;
        let joined = provider.activate(delegation, now)?;
        emit(&DelegationActivated {
            provider: *provider.address(),
            delegation: *delegation.address(),
            amount: joined.tokens.into(),
            shares: joined.shares.into(),
            holders: provider.holders,
        });
        Ok(())
    }
}
