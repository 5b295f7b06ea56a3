use crate::{
    error::StakingError,
    event::UnbondCancelled,
    state::{Delegation, Params, Provider, Ticket},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CancelUnbond {
    #[account(mut, address = ticket.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut, address = ticket.provider)]
    pub provider: Account<Provider>,
    #[account(
        mut,
        seeds = [b"delegation", provider.address().as_ref(), owner.address().as_ref()],
        bump = delegation.bump
    )]
    pub delegation: Account<Delegation>,
    #[account(mut, close = owner)]
    pub ticket: Account<Ticket>,
}

impl CancelUnbond {
    /// A matured ticket is no longer slashable and may only be withdrawn, else an owner could keep stake out of reach
    /// and put it back at will. `owner` and `provider`: those of the ticket, which only this program writes.
    /// `delegation`: its seeds bind it to both. What the position is worth with the ticket: `cancel_unbond`.
    ///
    /// Errors: `AlreadyMatured`.
    fn validate(&self, now: i64) -> core::result::Result<(), StakingError> {
        if now >= self.ticket.matures_at.get() {
            return Err(StakingError::AlreadyMatured);
        }
        Ok(())
    }

    pub fn cancel_unbond(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        let generation = self.provider.generation.get();
        let tokens = self
            .provider
            .dequeue(self.ticket.bucket, self.ticket.shares.get())?;
        if tokens == 0 {
            return Err(StakingError::SharesWorthNothing.into());
        }
        let bought = self.provider.deposit(tokens)?;
        let held = self
            .delegation
            .live_shares(generation)
            .checked_add(bought)
            .ok_or(StakingError::Overflow)?;
        // Without this, unbonding all but a ticket of dust and cancelling that one would leave a provider without stake.
        let value = self.provider.active().value(held);
        if value.ok_or(StakingError::Overflow)? < self.params.min_self_stake.get() {
            return Err(StakingError::BelowMinSelfStake.into());
        }
        self.delegation.shares = held.into();
        self.delegation.generation = generation.into();
        emit!(UnbondCancelled {
            provider: *self.provider.address(),
            ticket: *self.ticket.address(),
            tokens: tokens.into(),
            shares: bought.into(),
            bucket: self.ticket.bucket,
        });
        Ok(())
    }
}
