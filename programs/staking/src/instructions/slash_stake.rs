use crate::{
    error::{RuleResult, StakingError},
    event::{GenerationEnded, Slashed},
    state::{Params, Provider},
    vault,
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct SlashStake {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Account<Provider>,
    /// The provider's stake vault. Checked by its seeds.
    #[account(
        mut,
        unsafe(dup),
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    /// The mint of the staked token, of which the rest is burned. Checked by its address.
    #[account(mut, address = params.stake_mint @ StakingError::WrongMint)]
    pub stake_mint: UncheckedAccount,
    /// The token account that receives the award; the stake vault where there is none. Its mint is checked by the token
    /// program, its holder by the market.
    #[account(mut, unsafe(dup))]
    pub award_account: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl SlashStake {
    fn validate(&self, amount: u64, award: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if award > amount {
            return Err(StakingError::AwardTooLarge);
        }
        Ok(())
    }

    /// Takes less than `amount` if the provider has less that may be taken, and awards less than `award` then. Returns what
    /// was taken, base units.
    ///
    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The mint shall be the staked token's (`WrongMint`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The award shall not exceed the amount (`AwardTooLarge`).
    /// - The provider shall have `release` allocated (`MoreThanAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to take, base units of the stake mint.
    /// - `award` - part of it for the award account, base units of the stake mint; the rest is burned.
    /// - `release` - allocated stake that is freed and may be taken, base units of the stake mint.
    /// - `infraction_time` - Unix time of the infraction, seconds; stake that unbonded before it is not liable.
    pub fn slash_stake(
        ctx: &mut Context<Self>,
        amount: u64,
        award: u64,
        release: u64,
        infraction_time: i64,
    ) -> Result<u64> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount, award)?;
        let now = Clock::get()?.unix_timestamp;
        let provider = &mut accounts.provider;
        let cuts = provider.slash(amount, release, infraction_time, now)?;
        let least = accounts.params.min_self_stake.get();
        let swept = provider.end_wiped_out_generation(least)?;
        let taken = cuts.total();
        let awarded = award.min(taken);
        let burned = taken
            .checked_sub(awarded)
            .and_then(|burned| burned.checked_add(swept))
            .ok_or(StakingError::Overflow)?;
        let (provider, vault) = (&accounts.provider, &accounts.stake_vault);
        vault::pay(provider, vault, &accounts.award_account, awarded)?;
        vault::burn(provider, vault, &accounts.stake_mint, burned)?;
        emit!(Slashed {
            provider: *accounts.provider.address(),
            amount: taken.into(),
            from_active: cuts.active.into(),
            from_buckets: cuts.buckets.map(PodU64::from),
            allocated: accounts.provider.allocated,
            awarded: awarded.into(),
            infraction_time: infraction_time.into(),
        });
        if accounts.provider.active_shares.get() == 0 {
            emit!(GenerationEnded {
                provider: *accounts.provider.address(),
                swept: swept.into(),
                generation: accounts.provider.generation,
            });
        }
        Ok(taken)
    }
}
