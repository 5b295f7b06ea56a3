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
    /// The wallet that paid the rent and gets it back; need not sign. Checked by its address.
    #[account(mut, address = epoch_rewards.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// The emission account. Checked by its seeds.
    #[account(seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
    /// The rewards of any finalized epoch, closed here. Checked by their program and type.
    #[account(mut, close = payer)]
    pub epoch_rewards: Account<EpochRewards>,
    /// The epoch's pot. Checked by its address.
    #[account(mut, address = epoch_rewards.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    /// The treasury on record in `emission`. Checked by its address.
    #[account(mut, address = emission.treasury @ RewardsError::WrongAccount)]
    pub treasury: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseEpoch {
    /// Returns the pot's balance in base units. Strangers may have sent tokens; they go to the treasury too, because a pot
    /// that is not empty cannot be closed.
    fn validate(&self, now: i64) -> Result<u64> {
        let epoch = self.epoch_rewards.epoch.get();
        if claims_open(epoch, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsOpen.into());
        }
        let pot = token::TokenAccount::read(self.pot.account(), &token::TOKEN)
            .ok_or(RewardsError::WrongTokenAccount)?;
        Ok(pot.amount)
    }

    /// # Specification
    /// - Payer, pot and treasury shall be those on record (`WrongAccount`).
    /// - The time to claim from the epoch shall be over (`ClaimsOpen`).
    pub fn close_epoch(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let unclaimed = accounts.validate(Clock::get()?.unix_timestamp)?;
        let number = accounts.epoch_rewards.epoch;
        let epoch = number.get().to_le_bytes();
        let bump = [accounts.epoch_rewards.bump];
        let seeds = [Seed::from(b"epoch"), Seed::from(&epoch), Seed::from(&bump)];
        let signer = [PdaSigner::from(&seeds)];
        let pot = accounts.pot.account();
        let authority = accounts.epoch_rewards.account();
        if unclaimed > 0 {
            let treasury = accounts.treasury.account();
            token::transfer(&token::TOKEN, pot, treasury, authority, unclaimed, &signer)?;
        }
        token::close(
            &token::TOKEN,
            pot,
            accounts.payer.account(),
            authority,
            &signer,
        )?;
        emit!(EpochClosed {
            epoch: number,
            unclaimed: unclaimed.into(),
        });
        Ok(())
    }
}
