use crate::{
    error::{RuleResult, StakingError},
    event::Withdrawn,
    state::{Params, Provider, Ticket},
    vault,
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct WithdrawStake {
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The ticket's owner, who receives the ticket's rent; signs to choose a destination. Checked by its address.
    #[account(mut, address = ticket.owner @ StakingError::WrongRecipient)]
    pub owner: UncheckedAccount,
    /// The ticket's provider. Checked by its address.
    #[account(mut, address = ticket.provider)]
    pub provider: Account<Provider>,
    /// Any ticket, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub ticket: Account<Ticket>,
    /// The provider's stake vault. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump = provider.vault_bump
    )]
    pub stake_vault: UncheckedAccount,
    /// The associated token account of the ticket's owner for the stake mint, or any if the owner signs. Receives the
    /// tokens. Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawStake {
    fn validate(&self, bump: u8, now: i64) -> RuleResult<()> {
        if now < self.ticket.matures_at.get() {
            return Err(StakingError::NotMatured);
        }
        // Anyone may call. A stranger must not choose an account that the owner never looks at.
        if self.owner.account().is_signer() {
            return Ok(());
        }
        let (address, mint) = (self.destination.address(), &self.params.stake_mint);
        if !token::is_associated_account(address, &self.ticket.owner, mint, &token::TOKEN, bump) {
            return Err(StakingError::WrongTokenAccount);
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the ticket's owner (`WrongRecipient`).
    /// - The ticket shall have matured (`NotMatured`).
    /// - The tokens shall go to the owner's associated token account, unless the owner signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the owner's associated token account; not read if the owner signs.
    pub fn withdraw_stake(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let tokens = accounts
            .provider
            .remove_from_bucket(accounts.ticket.bucket, accounts.ticket.shares.get())?;
        vault::pay(
            &accounts.provider,
            &accounts.stake_vault,
            &accounts.destination,
            tokens,
        )?;
        emit!(Withdrawn {
            provider: *accounts.provider.address(),
            ticket: *accounts.ticket.address(),
            tokens: tokens.into(),
            bucket: accounts.ticket.bucket,
        });
        Ok(())
    }
}
