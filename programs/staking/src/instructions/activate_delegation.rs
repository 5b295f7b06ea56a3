use crate::{
    clock,
    error::StakingError,
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
    /// The delegator; signs unless anyone may let the tokens join. Checked by its address.
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: UncheckedAccount,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any delegation. Checked by its program and its type.
    #[account(mut)]
    pub delegation: Box<Account<Delegation>>,
}

impl ActivateDelegation {
    /// Buys shares at the price of this moment. Anyone may call it in the first day after the tokens' time has come; later only the
    /// delegator, so that nobody who knows of a lie has forgotten tokens pay for it.
    ///
    /// # Specification
    /// - Delegating shall not be paused (`Paused`).
    /// - Tokens shall wait (`ZeroAmount`).
    /// - Their time shall have come (`TooEarly`).
    /// - `owner` shall be the delegator, who signs once the first day after that time is over (`NotOwner`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - Every delegation of a generation that was wiped out shall be settled (`GenerationUnsettled`).
    /// - Slashing shall not have diluted the delegated stake (`PoolDiluted`).
    /// - The tokens shall buy at least one share (`DepositTooSmall`).
    pub fn activate_delegation(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        accounts.params.check_pause(pause::DELEGATE, now)?;
        let is_owner = accounts.owner.account().is_signer();
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        settle(provider, now)?;
        provider.settle_position(delegation)?;
        let joined = provider.activate(delegation, is_owner, now)?;
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
