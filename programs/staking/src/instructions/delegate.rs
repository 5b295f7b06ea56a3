use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, Delegated},
    state::{pause, Delegation, Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct Delegate {
    /// The delegator, who signs and pays the rent.
    #[account(mut)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The delegator's delegation to the provider, created if needed. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"delegation", provider.address().as_ref(), owner.address().as_ref()],
        bump
    )]
    pub delegation: Box<Account<Delegation>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Delegate {
    fn validate(&self, amount: u64, now: i64) -> RuleResult<()> {
        self.params.check_pause(pause::DELEGATE, now)?;
        if amount == 0 {
            return Err(StakingError::ZeroAmount);
        }
        Ok(())
    }

    /// The tokens wait in the vault, in no pool, until whatever was committed before is judged. Nobody joins to dilute a penalty that
    /// is known, and nobody pays for one that was earned before.
    ///
    /// # Specification
    /// - Delegating shall not be paused (`Paused`).
    /// - The amount shall be greater than zero (`ZeroAmount`).
    /// - The provider shall not be retiring (`Retiring`).
    /// - Slashing shall not have diluted the delegated stake (`PoolDiluted`).
    /// - What waits shall reach the minimum afterwards (`DelegationTooSmall`).
    ///
    /// # Arguments
    /// - `amount` - tokens to delegate, base units of the stake mint.
    pub fn delegate(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let bump = ctx.bumps.delegation;
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        accounts.validate(amount, now)?;
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        if delegation.version == 0 {
            delegation.version = 1;
            delegation.bump = bump;
            delegation.provider = *provider.address();
            delegation.owner = *accounts.owner.address();
            provider.open_delegation()?;
        }
        provider.set_aside(delegation, amount, now, &accounts.params)?;
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.stake_vault.account(),
            accounts.owner.account(),
            amount,
            &[],
        )?;
        emit(&Delegated {
            provider: delegation.provider,
            owner: delegation.owner,
            amount: amount.into(),
            pending: delegation.pending,
            pending_from: delegation.pending_from,
        });
        Ok(())
    }
}
