use crate::{
    error::StakingError,
    event::{emit, ProviderUpdated},
    state::{Provider, ProviderProfile},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct UpdateProvider {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl UpdateProvider {
    /// The market learns of a new node key through its `sync_worker`.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    ///
    /// # Arguments
    /// - `profile` - the node key and a description of the machine.
    pub fn update_provider(ctx: &mut Context<Self>, profile: ProviderProfile) -> Result<()> {
        let provider = &mut ctx.accounts.provider;
        provider.set_profile(profile);
        emit(&ProviderUpdated {
            provider: *provider.address(),
            node: provider.node,
            cpu_cores: provider.cpu_cores,
            memory_gib: provider.memory_gib,
            gpus: provider.gpus,
            region: provider.region,
        });
        Ok(())
    }
}
