use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, Slashed, Yielded},
    settling::{end_diluted, settle},
    state::{Params, Provider, SlashCuts, SlashOutcome},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct SlashStake {
    /// The market's authority on record in `params`, which signs. Checked by its address.
    #[account(address = params.market_authority @ StakingError::NotMarket)]
    pub market_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, unsafe(dup), address = provider.stake_vault)]
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
    fn validate(amount: u64, award: u64) -> RuleResult<()> {
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if award > amount {
            return Err(StakingError::AwardTooLarge);
        }
        Ok(())
    }

    /// Takes less than `amount` if the provider has less that may be taken. The owner pays first. The award is at most what the
    /// owner lost: what delegators lose is burned, so that no owner gets their stake through friends.
    ///
    /// What the remaining stake does not support is deallocated at once, as far as it is free. Returns what was taken and awarded,
    /// what was deallocated beside `release`, and what is still too much, base units.
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
    /// - `free` - allocated stake that is bound in no seat after that, base units of the stake mint.
    /// - `infraction_time` - Unix time of the infraction, seconds; delegated stake whose span of unbonding had closed is not
    ///   liable.
    pub fn slash_stake(
        ctx: &mut Context<Self>,
        amount: u64,
        award: u64,
        release: u64,
        free: u64,
        infraction_time: i64,
    ) -> Result<SlashOutcome> {
        Self::validate(amount, award)?;
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        let (params, provider) = (&accounts.params, &mut accounts.provider);
        settle(provider, now)?;
        let cuts = provider.slash(amount, release, infraction_time, now, params)?;
        let taken = cuts.total();
        let awarded = award.min(cuts.own());
        let burned = taken.saturating_sub(awarded);
        let left = provider.yield_free(free, params)?;
        let (provider, vault) = (&accounts.provider, &accounts.stake_vault);
        vault::pay(provider, vault, &accounts.award_account, awarded)?;
        vault::burn(provider, vault, &accounts.stake_mint, burned)?;
        let outcome = SlashOutcome {
            taken,
            awarded,
            yielded: left.yielded,
            owed: left.owed,
        };
        accounts.report(&cuts, &outcome, infraction_time);
        end_diluted(&mut accounts.provider, &accounts.params, now)?;
        Ok(outcome)
    }

    fn report(&self, cuts: &SlashCuts, outcome: &SlashOutcome, infraction_time: i64) {
        let provider = *self.provider.address();
        emit(&Slashed {
            provider,
            amount: outcome.taken.into(),
            from_own: cuts.own().into(),
            from_delegated: cuts.delegated().into(),
            own_buckets: cuts.own_buckets.map(PodU64::from),
            own_active: cuts.own_active.into(),
            buckets: cuts.buckets.map(PodU64::from),
            active: cuts.active.into(),
            awarded: outcome.awarded.into(),
            allocated: self.provider.allocated,
            infraction_time: infraction_time.into(),
        });
        if outcome.yielded > 0 {
            emit(&Yielded {
                provider,
                amount: outcome.yielded.into(),
                owed: outcome.owed.into(),
                allocated: self.provider.allocated,
            });
        }
    }
}
