use crate::{error::MarketError, event::WorkerSynced, state::Worker};
use anchor_lang::prelude::*;
use assay_staking::state::Provider;

#[derive(Accounts)]
pub struct SyncWorker {
    #[account(address = worker.provider @ MarketError::WrongAccount)]
    pub provider: Account<Provider>,
    #[account(mut)]
    pub worker: Account<Worker>,
}

impl SyncWorker {
    /// Nothing to check beyond the pairing: the provider's word is the owner's.
    pub fn sync_worker(&mut self) -> Result<()> {
        self.worker.node = self.provider.node;
        emit!(WorkerSynced {
            worker: *self.worker.address(),
            node: self.worker.node,
        });
        Ok(())
    }
}
