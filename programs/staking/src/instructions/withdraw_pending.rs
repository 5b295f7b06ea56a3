use crate::{
    error::{RuleResult, StakingError},
    event::{emit, PendingWithdrawn},
    state::{Delegation, Params, Provider},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct WithdrawPending {
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The delegator; signs to choose a destination. Checked by its address.
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: UncheckedAccount,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any delegation. Checked by its program and its type.
    #[account(mut)]
    pub delegation: Box<Account<Delegation>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The associated token account of the delegator for the stake mint, or any if the owner signs. Receives the tokens. Checked
    /// by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawPending {
    fn validate(&self, bump: u8) -> RuleResult<()> {
        let may_call = self.owner.account().is_signer() || self.provider.is_retiring();
        if !may_call {
            return Err(StakingError::NotOwner);
        }
        let (owner, mint) = (&self.owner, &self.params.stake_mint);
        vault::check_destination(owner, owner.address(), &self.destination, mint, bump)
    }

    /// Returns all that waits, at any age.
    ///
    /// # Specification
    /// - `owner` shall be the delegator, who signs unless the provider is retiring (`NotOwner`).
    /// - The tokens shall go to the delegator's associated token account, unless it signs (`WrongTokenAccount`).
    /// - Tokens shall wait (`ZeroAmount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the delegator's associated token account; not read if the delegator signs.
    pub fn withdraw_pending(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(bump)?;
        let amount = accounts.provider.take_pending(&mut accounts.delegation)?;
        let (provider, vault) = (&accounts.provider, &accounts.stake_vault);
        vault::pay(provider, vault, &accounts.destination, amount)?;
        emit(&PendingWithdrawn {
            provider: *provider.address(),
            delegation: *accounts.delegation.address(),
            amount: amount.into(),
        });
        Ok(())
    }
}
