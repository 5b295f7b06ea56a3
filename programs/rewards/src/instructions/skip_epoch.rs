use crate::{
    error::RewardsError,
    event::EpochSkipped,
    state::{total_weight, Emission},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;

/// Followed by the market's sixteen work records of the epoch, in the order of their shards.
#[derive(Accounts)]
pub struct SkipEpoch {
    #[account(mut, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The market program owns it and makes only one.
    pub market_params: Account<MarketParams>,
}

impl SkipEpoch {
    /// Errors: `WorkTallied`. The time: `Emission::check_due`. The shards: `total_weight`.
    fn validate(&self, epoch: u64, now: i64, shards: &[AccountView]) -> Result<()> {
        self.emission.check_due(epoch, &self.market_params, now)?;
        if total_weight(epoch, shards)? != 0 {
            return Err(RewardsError::WorkTallied.into());
        }
        Ok(())
    }

    pub fn skip_epoch(ctx: &mut Context<Self>, epoch: u64) -> Result<()> {
        let shards = ctx.remaining_accounts()?;
        let accounts = &mut ctx.accounts;
        accounts.validate(epoch, Clock::get()?.unix_timestamp, &shards)?;
        accounts.emission.pass(epoch)?;
        emit!(EpochSkipped {
            epoch: epoch.into(),
        });
        Ok(())
    }
}
