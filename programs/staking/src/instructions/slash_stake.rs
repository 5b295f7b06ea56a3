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
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    /// The token account that receives what is not compensation. Checked by its address.
    #[account(
        mut,
        unsafe(dup),
        address = params.slash_destination @ StakingError::WrongSlashDestination
    )]
    pub slash_destination: UncheckedAccount,
    /// The token account that receives the compensation. Its mint is checked by the token program, its holder by the market.
    #[account(mut, unsafe(dup))]
    pub compensation_account: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl SlashStake {
    fn validate(&self, amount: u64, compensation: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if compensation > amount {
            return Err(StakingError::CompensationTooLarge);
        }
        Ok(())
    }

    /// Compensation account and slash destination may be one account: only the token program writes them, in one transfer
    /// after the other.
    ///
    /// # Specification
    /// - The market's authority shall sign (`NotMarket`).
    /// - The slash destination shall be the one on record (`WrongSlashDestination`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The compensation shall not exceed the amount (`CompensationTooLarge`).
    /// - The provider shall have that much stake allocated (`MoreThanAllocated`).
    ///
    /// # Arguments
    /// - `amount` - stake to take, base units of the stake mint.
    /// - `compensation` - part of it for the compensation account, base units of the stake mint.
    /// - `infraction_time` - Unix time of the infraction, seconds; stake that unbonded before it is not liable.
    pub fn slash_stake(
        ctx: &mut Context<Self>,
        amount: u64,
        compensation: u64,
        infraction_time: i64,
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(amount, compensation)?;
        let now = Clock::get()?.unix_timestamp;
        let cuts = accounts.provider.slash(amount, infraction_time, now)?;
        let swept = accounts.provider.end_wiped_out_generation()?;
        let kept = amount
            .checked_sub(compensation)
            .and_then(|kept| kept.checked_add(swept))
            .ok_or(StakingError::Overflow)?;
        vault::pay(
            &accounts.provider,
            &accounts.stake_vault,
            &accounts.compensation_account,
            compensation,
        )?;
        vault::pay(
            &accounts.provider,
            &accounts.stake_vault,
            &accounts.slash_destination,
            kept,
        )?;
        emit!(Slashed {
            provider: *accounts.provider.address(),
            amount: amount.into(),
            from_active: cuts.active.into(),
            from_buckets: cuts.buckets.map(PodU64::from),
            allocated: accounts.provider.allocated,
            compensation: compensation.into(),
            infraction_time: infraction_time.into(),
        });
        if accounts.provider.active_shares.get() == 0 {
            emit!(GenerationEnded {
                provider: *accounts.provider.address(),
                swept: swept.into(),
                generation: accounts.provider.generation,
            });
        }
        Ok(())
    }
}
