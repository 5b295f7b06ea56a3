use crate::{
    error::MarketError,
    event::{emit, WorkerSynced},
    state::Worker,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_staking::state::Provider;

#[derive(Accounts)]
pub struct SyncWorker {
    /// The worker's provider. Checked by its address, its owner and its type.
    #[account(address = worker.provider @ MarketError::WrongAccount)]
    pub provider: Box<Account<Provider>>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
}

impl SyncWorker {
    /// No signature is needed, because only the owner can change the provider's node key, region and beneficiary.
    ///
    /// # Specification
    /// - The provider shall be the worker's (`WrongAccount`).
    pub fn sync_worker(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.worker.node = accounts.provider.node;
        accounts.worker.region = accounts.provider.region;
        accounts.worker.beneficiary = accounts.provider.beneficiary;
        emit(WorkerSynced {
            worker: *accounts.worker.address(),
            node: accounts.worker.node,
            beneficiary: accounts.worker.beneficiary,
        });
        Ok(())
    }
}
