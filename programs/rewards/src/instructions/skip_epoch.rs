use crate::{
    error::RewardsError,
    event::{emit, EpochSkipped},
    state::{total_weight, Emission},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;

/// The market's work records of the epoch follow as remaining accounts, all shards in order. Checked by `total_weight`.
#[derive(Accounts)]
pub struct SkipEpoch {
    /// The emission account. Checked by its seeds.
    #[account(mut, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
}

impl SkipEpoch {
    fn validate(&self, epoch: u64, now: i64, shards: &[AccountView]) -> Result<()> {
        self.emission.check_due(epoch, &self.market_params, now)?;
        if total_weight(epoch, shards)? != 0 {
            return Err(RewardsError::WorkTallied.into());
        }
        Ok(())
    }

    /// # Specification
    /// - The epoch shall be the one that is due (`NotDue`).
    /// - The epoch's tally window shall be over (`TallyOpen`).
    /// - The market's work records shall follow, all shards of the epoch in order (`WrongShards`).
    /// - No work shall have been tallied in the epoch (`WorkTallied`).
    ///
    /// # Arguments
    /// - `epoch` - number of the epoch.
    pub fn skip_epoch(ctx: &mut Context<Self>, epoch: u64) -> Result<()> {
        let shards = ctx.remaining_accounts()?;
        let accounts = &mut ctx.accounts;
        accounts.validate(epoch, Clock::get()?.unix_timestamp, &shards)?;
        accounts.emission.advance_past(epoch)?;
        emit(EpochSkipped {
            epoch: epoch.into(),
        });
        Ok(())
    }
}
