use crate::{
    error::MarketError,
    event::WorkClosed,
    state::{EpochWork, Params, RING},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseWork {
    /// Gets back the rent it paid; need not sign.
    #[account(mut, address = epoch_work.payer @ MarketError::NotOwner)]
    pub payer: UncheckedAccount,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut, close = payer)]
    pub epoch_work: Account<EpochWork>,
}

impl CloseWork {
    /// Workers forget an epoch after eight more; until then the sum may still be needed to finalize it.
    ///
    /// Errors: `EpochStillNeeded`.
    fn validate(&self, now: i64) -> core::result::Result<(), MarketError> {
        let current = self.params.epoch_at(now)?;
        if current <= self.epoch_work.epoch.get().saturating_add(RING as u64) {
            return Err(MarketError::EpochStillNeeded);
        }
        Ok(())
    }

    pub fn close_work(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        emit!(WorkClosed {
            epoch: self.epoch_work.epoch,
            shard: self.epoch_work.shard,
        });
        Ok(())
    }
}
