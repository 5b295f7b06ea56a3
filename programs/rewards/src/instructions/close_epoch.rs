use crate::{
    error::RewardsError,
    event::EpochClosed,
    state::{claims_open, Emission, EpochRewards},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseEpoch {
    /// Gets back the rent it paid; need not sign.
    #[account(mut, address = epoch_rewards.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    #[account(seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The market program owns it and makes only one.
    pub market_params: Account<MarketParams>,
    #[account(mut, close = payer)]
    pub epoch_rewards: Account<EpochRewards>,
    #[account(mut, address = epoch_rewards.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    #[account(mut, address = emission.treasury @ RewardsError::WrongAccount)]
    pub treasury: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseEpoch {
    /// Answers what the pot really holds: tokens that strangers sent in go to the treasury too, or the pot could not be
    /// closed.
    ///
    /// Errors: `ClaimsOpen`, `WrongTokenAccount`.
    fn validate(&self, now: i64) -> Result<u64> {
        let epoch = self.epoch_rewards.epoch.get();
        if claims_open(epoch, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsOpen.into());
        }
        let pot = token::TokenAccount::read(self.pot.account(), &token::TOKEN)
            .ok_or(RewardsError::WrongTokenAccount)?;
        Ok(pot.amount)
    }

    pub fn close_epoch(&mut self) -> Result<()> {
        let unclaimed = self.validate(Clock::get()?.unix_timestamp)?;
        let number = self.epoch_rewards.epoch;
        let epoch = number.get().to_le_bytes();
        let bump = [self.epoch_rewards.bump];
        let seeds = [Seed::from(b"epoch"), Seed::from(&epoch), Seed::from(&bump)];
        let signer = [PdaSigner::from(&seeds)];
        let pot = self.pot.account();
        let authority = self.epoch_rewards.account();
        if unclaimed > 0 {
            let treasury = self.treasury.account();
            token::transfer(&token::TOKEN, pot, treasury, authority, unclaimed, &signer)?;
        }
        token::close(&token::TOKEN, pot, self.payer.account(), authority, &signer)?;
        emit!(EpochClosed {
            epoch: number,
            unclaimed: unclaimed.into(),
        });
        Ok(())
    }
}
