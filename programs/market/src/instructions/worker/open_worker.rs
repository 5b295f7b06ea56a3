use crate::{
    error::MarketError,
    event::{emit, WorkerOpened},
    state::Worker,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_staking::state::Provider;

#[derive(Accounts)]
pub struct OpenWorker {
    /// The provider's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = provider.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    /// A provider of the staking program. Checked by its program and its type.
    pub provider: Box<Account<Provider>>,
    /// The provider's worker, created here, so a provider has only one.
    #[account(init, payer = owner, seeds = [b"worker", provider.address().as_ref()], bump)]
    pub worker: Account<Worker>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenWorker {
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    pub fn open_worker(ctx: &mut Context<Self>) -> Result<()> {
        let bump = ctx.bumps.worker;
        let accounts = &mut ctx.accounts;
        let worker = &mut accounts.worker;
        worker.version = 1;
        worker.provider = *accounts.provider.address();
        worker.owner = accounts.provider.owner;
        worker.beneficiary = accounts.provider.beneficiary;
        worker.node = accounts.provider.node;
        worker.region = accounts.provider.region;
        worker.bump = bump;
        emit(WorkerOpened {
            worker: *worker.address(),
            provider: worker.provider,
            node: worker.node,
        });
        Ok(())
    }
}
