#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    error::{RuleResult, StakingError},
    event::UnbondBegun,
    state::{Delegation, Params, Provider, Ticket},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(nonce: u64)]
pub struct BeginUnbond {
    /// The delegation's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Account<Provider>,
    /// Any delegation. Checked by its program and its type.
    #[account(mut)]
    pub delegation: Account<Delegation>,
    /// The ticket, created here, so a delegation uses a nonce only once at a time.
    #[account(
        init,
        payer = owner,
        seeds = [b"ticket", delegation.address().as_ref(), &nonce.to_le_bytes()],
        bump
    )]
    pub ticket: Account<Ticket>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl BeginUnbond {
    fn validate(&self, shares: u64) -> RuleResult<()> {
        if shares == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if self.delegation.generation.get() != self.provider.generation.get() {
            return Err(StakingError::PositionWipedOut);
        }
        if shares > self.delegation.shares.get() {
            return Err(StakingError::NotEnoughShares);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall own the delegation (`NotOwner`).
    /// - The number of shares shall be greater than zero (`ZeroAmount`).
    /// - Slashing shall not have wiped the position out (`PositionWipedOut`).
    /// - The delegation shall hold that many shares (`NotEnoughShares`).
    /// - The shares shall be worth at least one base unit (`SharesWorthNothing`).
    /// - The stake shall not be allocated as collateral (`StakeAllocated`).
    /// - A bucket shall be free, or be collecting (`UnbondingQueueFull`).
    /// - The remaining self-stake shall be zero or reach the minimum (`BelowMinSelfStake`).
    ///
    /// # Arguments
    /// - `nonce` - number chosen by the owner; the ticket's address follows from it.
    /// - `shares` - shares of the provider's active stake to unbond.
    pub fn begin_unbond(ctx: &mut Context<Self>, nonce: u64, shares: u64) -> Result<()> {
        ctx.accounts.validate(shares)?;
        let now = Clock::get()?.unix_timestamp;
        let bump = ctx.bumps.ticket;
        let accounts = &mut ctx.accounts;
        let provider = &mut accounts.provider;

        let tokens = provider.redeem_shares(shares)?;
        let period = accounts.params.unbonding_period.get();
        let (bucket, bucket_shares) = provider.add_to_bucket(tokens, now, period)?;
        let times = *provider
            .buckets
            .get(usize::from(bucket))
            .ok_or(StakingError::Overflow)?;

        let left = accounts.delegation.shares.get().saturating_sub(shares);
        accounts.delegation.shares = left.into();
        let value = provider
            .active()
            .value(left)
            .ok_or(StakingError::Overflow)?;
        if left > 0 && value < accounts.params.min_self_stake.get() {
            return Err(StakingError::BelowMinSelfStake.into());
        }

        let ticket = &mut accounts.ticket;
        ticket.provider = *provider.address();
        ticket.owner = *accounts.owner.address();
        ticket.shares = bucket_shares.into();
        ticket.matures_at = times.matures_at;
        ticket.nonce = nonce.into();
        ticket.bucket = bucket;
        ticket.bump = bump;
        emit!(UnbondBegun {
            provider: ticket.provider,
            ticket: *ticket.address(),
            owner: ticket.owner,
            shares: shares.into(),
            tokens: tokens.into(),
            bucket_shares: ticket.shares,
            nonce: ticket.nonce,
            opened_at: times.opened_at,
            closes_at: times.closes_at,
            matures_at: times.matures_at,
            bucket,
        });
        Ok(())
    }
}
