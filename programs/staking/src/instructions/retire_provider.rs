use crate::{
    clock,
    error::StakingError,
    event::{emit, ProviderRetired},
    state::Provider,
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};

#[derive(Accounts)]
pub struct RetireProvider {
    /// The provider's owner, who paid all rents and receives them. Checked by its address.
    #[account(mut, address = provider.owner @ StakingError::WrongRecipient)]
    pub owner: UncheckedAccount,
    /// Any provider, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub provider: Box<Account<Provider>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The provider's reward vault. Checked by its address.
    #[account(mut, address = provider.reward_vault)]
    pub reward_vault: UncheckedAccount,
    /// The mint of the vaults, of which what belongs to nobody is burned. Checked by the burn.
    #[account(mut)]
    pub stake_mint: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl RetireProvider {
    /// Burns what lies in a vault and closes it. Returns what was burned, base units.
    fn close(&self, vault: &UncheckedAccount) -> Result<u64> {
        let account = TokenAccount::read(vault.account(), &token::TOKEN);
        let amount = account.map_or(0, |account| account.amount);
        vault::burn(&self.provider, vault, &self.stake_mint, amount)?;
        vault::close(&self.provider, vault, &self.owner)?;
        Ok(amount)
    }

    /// Anyone may call it. What lies in the vaults then belongs to nobody: gifts of strangers, roundings, what a stream still held.
    ///
    /// # Specification
    /// - The rents shall go to the provider's owner (`WrongRecipient`).
    /// - The provider's notice of retirement shall be over (`NotRetired`).
    /// - No stake, rewards of the owner, delegation or record shall be left (`ProviderNotEmpty`).
    pub fn retire_provider(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let now = clock::now()?;
        accounts.provider.check_retired(now)?;
        let stake = accounts.close(&accounts.stake_vault)?;
        let rewards = accounts.close(&accounts.reward_vault)?;
        emit(&ProviderRetired {
            provider: *accounts.provider.address(),
            burned: stake.saturating_add(rewards).into(),
        });
        Ok(())
    }
}
