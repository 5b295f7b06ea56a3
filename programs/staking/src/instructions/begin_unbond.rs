// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::StakingError,
    event::UnbondBegun,
    state::{Delegation, Params, Provider, Ticket},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(nonce: u64)]
pub struct BeginUnbond {
    #[account(mut, address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut, address = delegation.provider)]
    pub provider: Account<Provider>,
    #[account(mut)]
    pub delegation: Account<Delegation>,
    #[account(
        init,
        payer = owner,
        seeds = [b"ticket", delegation.address().as_ref(), &nonce.to_le_bytes()],
        bump
    )]
    pub ticket: Account<Ticket>,
    pub system_program: Program<System>,
}

impl BeginUnbond {
    /// `provider` and `owner`: those of the delegation, which only this program writes. `ticket`: created here under the
    /// delegation, so its nonce is used once at a time. What is allocated and what must stay: `begin_unbond`.
    ///
    /// Errors: `ZeroAmount`, `PositionWipedOut`, `NotEnoughShares`.
    fn validate(&self, shares: u64) -> core::result::Result<(), StakingError> {
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

    pub fn begin_unbond(ctx: &mut Context<Self>, nonce: u64, shares: u64) -> Result<()> {
        ctx.accounts.validate(shares)?;
        let now = Clock::get()?.unix_timestamp;
        let bump = ctx.bumps.ticket;
        let accounts = &mut ctx.accounts;
        let provider = &mut accounts.provider;

        let tokens = provider.release(shares)?;
        let period = accounts.params.unbonding_period.get();
        let (bucket, bucket_shares) = provider.enqueue(tokens, now, period)?;
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
