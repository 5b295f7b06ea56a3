use crate::{
    error::{RuleResult, StakingError},
    event::UnbondCancelled,
    state::{Delegation, Params, Provider, Ticket},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CancelUnbond {
    /// The ticket's owner, who signs and gets the ticket's rent back. Checked by its address.
    #[account(mut, address = ticket.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The ticket's provider. Checked by its address.
    #[account(mut, address = ticket.provider)]
    pub provider: Account<Provider>,
    /// The owner's delegation to the provider. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"delegation", provider.address().as_ref(), owner.address().as_ref()],
        bump = delegation.bump
    )]
    pub delegation: Account<Delegation>,
    /// Any ticket, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub ticket: Account<Ticket>,
}

impl CancelUnbond {
    /// A matured ticket can no longer be slashed. If it could be cancelled, an owner could keep stake out of reach of slashing
    /// and put it back at will.
    fn validate(&self, now: i64) -> RuleResult<()> {
        if now >= self.ticket.matures_at.get() {
            return Err(StakingError::AlreadyMatured);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall own the ticket (`NotOwner`).
    /// - The ticket shall not have matured (`AlreadyMatured`).
    /// - The ticket shall be worth at least one base unit (`SharesWorthNothing`).
    /// - Slashing shall not have diluted the active stake (`PoolDiluted`).
    /// - The tokens shall buy at least one active share (`DepositTooSmall`).
    /// - The self-stake shall reach the minimum afterwards (`BelowMinSelfStake`).
    pub fn cancel_unbond(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        let generation = accounts.provider.generation.get();
        let tokens = accounts
            .provider
            .remove_from_bucket(accounts.ticket.bucket, accounts.ticket.shares.get())?;
        if tokens == 0 {
            return Err(StakingError::SharesWorthNothing.into());
        }
        let bought = accounts.provider.deposit(tokens)?;
        let held = accounts
            .delegation
            .live_shares(generation)
            .checked_add(bought)
            .ok_or(StakingError::Overflow)?;
        // Otherwise an owner could unbond everything in two tickets, cancel a tiny one and be a provider without stake.
        let value = accounts.provider.active().value(held);
        if value.ok_or(StakingError::Overflow)? < accounts.params.min_self_stake.get() {
            return Err(StakingError::BelowMinSelfStake.into());
        }
        accounts.delegation.shares = held.into();
        accounts.delegation.generation = generation.into();
        emit!(UnbondCancelled {
            provider: *accounts.provider.address(),
            ticket: *accounts.ticket.address(),
            tokens: tokens.into(),
            shares: bought.into(),
            bucket: accounts.ticket.bucket,
        });
        Ok(())
    }
}
