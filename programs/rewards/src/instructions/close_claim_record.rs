use crate::{
    error::RewardsError,
    event::ClaimRecordClosed,
    state::{claims_open, ClaimRecord},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;

#[derive(Accounts)]
pub struct CloseClaimRecord {
    /// Gets back the rent it paid; need not sign.
    #[account(mut, address = claim_record.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// The market program owns it and makes only one.
    pub market_params: Account<MarketParams>,
    #[account(mut, close = payer)]
    pub claim_record: Account<ClaimRecord>,
}

impl CloseClaimRecord {
    /// A record that forgets an epoch which can still be claimed would let it be claimed twice.
    ///
    /// Errors: `ClaimsOpen`.
    fn validate(&self, now: i64) -> Result<()> {
        let newest = self.claim_record.newest.get();
        if claims_open(newest, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsOpen.into());
        }
        Ok(())
    }

    pub fn close_claim_record(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        emit!(ClaimRecordClosed {
            provider: self.claim_record.provider,
        });
        Ok(())
    }
}
