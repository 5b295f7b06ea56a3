use crate::{
    error::MarketError,
    event::{emit, WorkerUpdated},
    state::{Limits, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

/// What an owner publishes about a worker, and what it allows the node to risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct WorkerSettings {
    /// Largest bond of one seat, base units of the stake mint; 0 for no limit.
    pub seat_bond: u64,
    /// Most collateral bound in seats at a time, base units of the stake mint; 0 for no limit.
    pub locked: u64,
    /// Deadlines missed in one day of UTC after which nothing is claimed that day; 0 for no limit.
    pub daily_misses: u32,
    /// X25519 key to which inputs for this worker alone are encrypted; zero if it takes none.
    pub encryption_key: [u8; 32],
    /// Where the worker serves its results, UTF-8, padded with zeros. Only a hint, never trusted.
    pub read_url: [u8; 96],
}

#[derive(Accounts)]
pub struct UpdateWorker {
    /// The worker's owner, who signs. Checked by its address.
    #[account(address = worker.owner @ MarketError::NotOwner)]
    pub owner: Signer,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
}

impl UpdateWorker {
    /// Limits stop new claims only: they never lower a penalty.
    ///
    /// # Specification
    /// - The signer shall be the worker's owner (`NotOwner`).
    ///
    /// # Arguments
    /// - `settings` - limits, encryption key and read URL; they replace the former ones.
    pub fn update_worker(ctx: &mut Context<Self>, settings: WorkerSettings) -> Result<()> {
        let worker = &mut ctx.accounts.worker;
        worker.limits = Limits {
            seat_bond: settings.seat_bond.into(),
            locked: settings.locked.into(),
            daily_misses: settings.daily_misses.into(),
        };
        worker.encryption_key = settings.encryption_key;
        worker.read_url = settings.read_url;
        emit(WorkerUpdated {
            worker: *worker.address(),
        });
        Ok(())
    }
}
