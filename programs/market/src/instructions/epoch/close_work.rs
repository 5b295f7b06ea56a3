use crate::{
    error::{MarketError, RuleResult},
    event::{emit, WorkClosed},
    state::{EpochWork, Params, RING},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseWork {
    /// The wallet that paid the record's rent and gets it back; need not sign. Checked by its address.
    #[account(mut, address = epoch_work.payer @ MarketError::NotOwner)]
    pub payer: UncheckedAccount,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The record of one shard in one epoch, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub epoch_work: Box<Account<EpochWork>>,
}

impl CloseWork {
    /// Workers forget an epoch [`RING`] epochs later. Until then the sum may still be needed to finalize the epoch.
    fn validate(&self, now: i64) -> RuleResult<()> {
        let current = self.params.epoch_at(now)?;
        if current < self.epoch_work.epoch.get().saturating_add(RING as u64) {
            return Err(MarketError::EpochStillNeeded);
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the wallet that paid it (`NotOwner`).
    /// - No worker shall be able to claim from the epoch any more (`EpochStillNeeded`).
    pub fn close_work(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        emit(WorkClosed {
            epoch: accounts.epoch_work.epoch,
            shard: accounts.epoch_work.shard,
        });
        Ok(())
    }
}
