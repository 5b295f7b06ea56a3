use crate::{error::MarketError, event::WorkerOpened, state::Worker};
use anchor_lang::prelude::*;
use assay_staking::state::Provider;

#[derive(Accounts)]
pub struct OpenWorker {
    #[account(mut, address = provider.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    /// The staking program owns it, so it is a provider that staking registered.
    pub provider: Account<Provider>,
    #[account(init, payer = owner, seeds = [b"worker", provider.address().as_ref()], bump)]
    pub worker: Account<Worker>,
    pub system_program: Program<System>,
}

impl OpenWorker {
    /// Nothing to check beyond the owner; a second worker of a provider fails because the first exists.
    pub fn open_worker(ctx: &mut Context<Self>) -> Result<()> {
        let bump = ctx.bumps.worker;
        let accounts = &mut ctx.accounts;
        let worker = &mut accounts.worker;
        worker.provider = *accounts.provider.address();
        worker.owner = accounts.provider.owner;
        worker.node = accounts.provider.node;
        worker.bump = bump;
        emit!(WorkerOpened {
            worker: *worker.address(),
            provider: worker.provider,
            node: worker.node,
        });
        Ok(())
    }
}
