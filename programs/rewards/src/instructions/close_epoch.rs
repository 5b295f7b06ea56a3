use crate::{
    error::RewardsError,
    event::{emit, EpochClosed},
    state::{claims_open, Emission, EpochRewards, FUNDER_SEED},
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
    /// The pot on record in `emission`. Checked by its address.
    #[account(mut, address = emission.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    /// Holds the pot, and the program signs for it. Checked by its seeds.
    #[account(seeds = [b"funder"], bump = emission.funder_bump)]
    pub funder: UncheckedAccount,
    /// The treasury on record in `emission`. Checked by its address.
    #[account(mut, address = emission.treasury @ RewardsError::WrongAccount)]
    pub treasury: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseEpoch {
    /// Returns what nobody claimed, base units.
    fn validate(&self, now: i64) -> Result<u64> {
        let epoch = self.epoch_rewards.epoch.get();
        if claims_open(epoch, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsOpen.into());
        }
        Ok(self.epoch_rewards.unclaimed()?)
    }

    /// The pot stays, because other epochs are paid from it.
    ///
    /// # Specification
    /// - Payer, pot and treasury shall be those on record (`WrongAccount`).
    /// - The time to claim from the epoch shall be over (`ClaimsOpen`).
    pub fn close_epoch(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let unclaimed = accounts.validate(Clock::get()?.unix_timestamp)?;
        take_from_pot(
            accounts.pot.account(),
            accounts.treasury.account(),
            accounts.funder.account(),
            unclaimed,
            accounts.emission.funder_bump,
        )?;
        emit(EpochClosed {
            epoch: accounts.epoch_rewards.epoch,
            unclaimed: unclaimed.into(),
        });
        Ok(())
    }
}

/// Transfers `amount` base units out of the pot, signed by the funder with this bump. Does nothing if `amount` is zero.
pub(super) fn take_from_pot(
    pot: &AccountView,
    to: &AccountView,
    funder: &AccountView,
    amount: u64,
    bump: u8,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let bump = [bump];
    let seeds = [Seed::from(FUNDER_SEED), Seed::from(&bump)];
    let signer = [PdaSigner::from(&seeds)];
    token::transfer(&token::TOKEN, pot, to, funder, amount, &signer)?;
    Ok(())
}
