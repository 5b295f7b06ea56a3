use crate::{
    error::StakingError,
    event::ProviderUpdated,
    state::{Provider, ProviderProfile},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct UpdateProvider {
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub provider: Account<Provider>,
}

impl UpdateProvider {
    /// Nothing to check beyond the owner. The market learns of a new node key through its `sync_worker`.
    pub fn update_provider(&mut self, profile: ProviderProfile) -> Result<()> {
        self.provider.describe(profile);
        emit!(ProviderUpdated {
            provider: *self.provider.address(),
            node: self.provider.node,
            cpu_cores: self.provider.cpu_cores,
            memory_gib: self.provider.memory_gib,
            gpus: self.provider.gpus,
            region: self.provider.region,
        });
        Ok(())
    }
}
