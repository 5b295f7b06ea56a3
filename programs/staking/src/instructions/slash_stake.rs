use crate::{
    error::StakingError,
    event::{GenerationEnded, Slashed},
    state::{Params, Provider},
    vault,
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct SlashStake {
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub provider: Account<Provider>,
    #[account(
        mut,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    #[account(
        mut,
        unsafe(dup),
        address = params.slash_destination @ StakingError::WrongSlashDestination
    )]
    pub slash_destination: UncheckedAccount,
    /// Token account of who was harmed, as the market says; the slash destination when nobody was. Only the token
    /// program writes either, one transfer after the other, so both may be one account.
    #[account(mut, unsafe(dup))]
    pub harmed: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl SlashStake {
    /// `harmed`: the market vouches for its holder; the token program checks the mint.
    ///
    /// Errors: `ZeroAmount`, `CompensationTooLarge`. That so much is allocated: `Provider::slash`.
    fn validate(&self, amount: u64, compensation: u64) -> core::result::Result<(), StakingError> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if compensation > amount {
            return Err(StakingError::CompensationTooLarge);
        }
        Ok(())
    }

    pub fn slash_stake(
        &mut self,
        amount: u64,
        compensation: u64,
        infraction_time: i64,
    ) -> Result<()> {
        self.validate(amount, compensation)?;
        let now = Clock::get()?.unix_timestamp;
        let cuts = self.provider.slash(amount, infraction_time, now)?;
        let swept = self.provider.end_wiped_out_generation()?;
        let kept = amount
            .checked_sub(compensation)
            .and_then(|kept| kept.checked_add(swept))
            .ok_or(StakingError::Overflow)?;
        vault::pay(
            &self.provider,
            &self.stake_vault,
            &self.harmed,
            compensation,
        )?;
        vault::pay(
            &self.provider,
            &self.stake_vault,
            &self.slash_destination,
            kept,
        )?;
        emit!(Slashed {
            provider: *self.provider.address(),
            amount: amount.into(),
            from_active: cuts.active.into(),
            from_buckets: cuts.buckets.map(PodU64::from),
            allocated: self.provider.allocated,
            compensation: compensation.into(),
            infraction_time: infraction_time.into(),
        });
        if self.provider.active_shares.get() == 0 {
            emit!(GenerationEnded {
                provider: *self.provider.address(),
                swept: swept.into(),
                generation: self.provider.generation,
            });
        }
        Ok(())
    }
}
