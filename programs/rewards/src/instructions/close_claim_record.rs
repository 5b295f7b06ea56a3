use crate::{
    error::RewardsError,
    event::{emit, ClaimRecordClosed},
    state::{claims_open, ClaimRecord},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;

#[derive(Accounts)]
pub struct CloseClaimRecord {
    /// The wallet that paid the record's rent and gets it back; need not sign. Checked by its address.
    #[account(mut, address = claim_record.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
    /// Any claim record, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub claim_record: Account<ClaimRecord>,
}

impl CloseClaimRecord {
    /// If the record were closed while an epoch can be claimed, the epoch could be claimed twice.
    fn validate(&self, now: i64) -> Result<()> {
        let newest = self.claim_record.newest.get();
        if claims_open(newest, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsOpen.into());
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the wallet that paid it (`WrongAccount`).
    /// - The time to claim from the newest claimed epoch shall be over (`ClaimsOpen`).
    pub fn close_claim_record(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        emit(ClaimRecordClosed {
            provider: accounts.claim_record.provider,
        });
        Ok(())
    }
}
