use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, RewardsFunded},
    settling::settle,
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};

#[derive(Accounts)]
pub struct FundRewards {
    /// The rewards program's funder on record in `params`, which signs. Checked by its address.
    #[account(address = params.rewards_authority @ StakingError::NotRewards)]
    pub rewards_authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The provider's reward vault, which has the tokens already. Checked by its address.
    #[account(address = provider.reward_vault)]
    pub reward_vault: UncheckedAccount,
}

impl FundRewards {
    fn validate(&self) -> RuleResult<()> {
        let vault = TokenAccount::read(self.reward_vault.account(), &token::TOKEN);
        let held = vault.map_or(0, |vault| vault.amount);
        if held < self.provider.rewards_held.get() {
            return Err(StakingError::VaultShort);
        }
        Ok(())
    }

    /// The tokens come first, this records whose they are.
    ///
    /// # Specification
    /// - The rewards program's funder shall sign (`NotRewards`).
    /// - The reward vault shall hold what is owed out of it afterwards (`VaultShort`).
    ///
    /// # Arguments
    /// - `direct` - rewards for the owner at once, for its work and as commission, base units of the stake mint.
    /// - `streamed` - rewards that come to owner and delegators over the claim span, base units of the stake mint.
    pub fn fund_rewards(ctx: &mut Context<Self>, direct: u64, streamed: u64) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        let span = accounts.params.claim_span.get();
        settle(&mut accounts.provider, now)?;
        accounts.provider.fund(direct, streamed, span, now)?;
        accounts.validate()?;
        emit(&RewardsFunded {
            provider: *accounts.provider.address(),
            direct: direct.into(),
            streamed: streamed.into(),
            finish: accounts.provider.stream.finish,
        });
        Ok(())
    }
}
