use crate::{
    error::{RuleResult, StakingError},
    event::{emit, DelegationClosed},
    state::{Delegation, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseDelegation {
    /// The delegator, who paid the rent and receives it. Checked by its address.
    #[account(mut, address = delegation.owner @ StakingError::WrongRecipient)]
    pub owner: UncheckedAccount,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any delegation, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub delegation: Box<Account<Delegation>>,
}

impl CloseDelegation {
    fn validate(&self) -> RuleResult<()> {
        if !self.delegation.is_empty() {
            return Err(StakingError::PositionNotEmpty);
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the delegator (`WrongRecipient`).
    /// - The delegation shall have no shares, tokens or rewards (`PositionNotEmpty`).
    pub fn close_delegation(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate()?;
        accounts.provider.close_delegation();
        emit(&DelegationClosed {
            provider: *accounts.provider.address(),
            delegation: *accounts.delegation.address(),
        });
        Ok(())
    }
}
