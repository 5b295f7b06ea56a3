use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, RewardsClaimed},
    settling::settle,
    state::{Delegation, Params, Provider},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct ClaimRewards {
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
    /// The provider's reward vault. Checked by its address.
    #[account(mut, address = provider.reward_vault)]
    pub reward_vault: UncheckedAccount,
    /// The associated token account of the delegator for the stake mint, or any if the delegator signs. Receives the rewards. Left
    /// out to settle only. Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: Option<UncheckedAccount>,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl ClaimRewards {
    fn validate(&self, bump: u8) -> RuleResult<()> {
        let Some(destination) = &self.destination else {
            return Ok(());
        };
        let (owner, mint) = (&self.owner, &self.params.stake_mint);
        vault::check_destination(owner, owner.address(), destination, mint, bump)
    }

    /// Settles a delegation and pays its rewards; where there are none it only settles. Without a destination it is the crank for
    /// delegations of a generation that was wiped out.
    ///
    /// # Specification
    /// - `owner` shall be the delegator (`NotOwner`).
    /// - The rewards shall go to the delegator's associated token account, unless it signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the delegator's associated token account; not read if the delegator signs.
    pub fn claim_rewards(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(bump)?;
        let now = clock::now()?;
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        settle(provider, now)?;
        provider.settle_position(delegation)?;
        let Some(destination) = &accounts.destination else {
            return Ok(());
        };
        let amount = delegation.take_rewards();
        provider.pay_rewards(amount)?;
        vault::pay(
            &accounts.provider,
            &accounts.reward_vault,
            destination,
            amount,
        )?;
        emit(&RewardsClaimed {
            provider: *accounts.provider.address(),
            delegation: *accounts.delegation.address(),
            amount: amount.into(),
        });
        Ok(())
    }
}
