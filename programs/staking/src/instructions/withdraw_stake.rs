use crate::{
    error::StakingError,
    event::Withdrawn,
    state::{Params, Provider, Ticket},
    vault,
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct WithdrawStake {
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Receives the ticket's rent; need not sign.
    #[account(mut, address = ticket.owner @ StakingError::WrongRecipient)]
    pub owner: UncheckedAccount,
    #[account(mut, address = ticket.provider)]
    pub provider: Account<Provider>,
    #[account(mut, close = owner)]
    pub ticket: Account<Ticket>,
    #[account(
        mut,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawStake {
    /// `provider`: the ticket's, which only this program writes. `stake_vault`: its seeds bind it to the provider.
    /// `destination`: any stake-mint account of the ticket's owner, because anyone may call.
    ///
    /// Errors: `NotMatured`, `WrongTokenAccount`.
    fn validate(&self, now: i64) -> core::result::Result<(), StakingError> {
        if now < self.ticket.matures_at.get() {
            return Err(StakingError::NotMatured);
        }
        let destination = token::TokenAccount::read(self.destination.account(), &token::TOKEN)
            .ok_or(StakingError::WrongTokenAccount)?;
        if destination.authority != self.ticket.owner || destination.mint != self.params.stake_mint
        {
            return Err(StakingError::WrongTokenAccount);
        }
        Ok(())
    }

    pub fn withdraw_stake(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        let tokens = self
            .provider
            .dequeue(self.ticket.bucket, self.ticket.shares.get())?;
        vault::pay(&self.provider, &self.stake_vault, &self.destination, tokens)?;
        emit!(Withdrawn {
            provider: *self.provider.address(),
            ticket: *self.ticket.address(),
            tokens: tokens.into(),
            bucket: self.ticket.bucket,
        });
        Ok(())
    }
}
