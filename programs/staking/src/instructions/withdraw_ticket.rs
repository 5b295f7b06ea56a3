use crate::{
    clock,
    error::{RuleResult, StakingError},
    event::{emit, TicketWithdrawn},
    state::{Matured, Params, Provider, Ticket},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, AccountClose};
use assay_shared::token;

#[derive(Accounts)]
pub struct WithdrawTicket {
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The ticket's owner; signs to choose a destination. Checked by its address.
    #[account(address = ticket.owner @ StakingError::NotOwner)]
    pub owner: UncheckedAccount,
    /// Whoever paid the ticket's rent, and receives it. Checked by its address.
    #[account(mut, unsafe(dup), address = ticket.payer @ StakingError::WrongRecipient)]
    pub payer: UncheckedAccount,
    /// The ticket's provider. Checked by its address.
    #[account(mut, address = ticket.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any ticket, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub ticket: Box<Account<Ticket>>,
    /// The record of the ticket's bucket, once it has left the provider; closed here when it is empty. Checked by `validate`.
    #[account(mut)]
    pub matured: Option<Box<Account<Matured>>>,
    /// Whoever paid the record's rent, and receives it. Checked by `validate`.
    #[account(mut, unsafe(dup))]
    pub record_payer: Option<UncheckedAccount>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The associated token account of the ticket's owner for the stake mint, or any if the owner signs. Receives the tokens. Checked
    /// by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawTicket {
    fn validate(&self, bump: u8) -> RuleResult<()> {
        if let Some(matured) = &self.matured {
            if matured.provider != *self.provider.address() {
                return Err(StakingError::WrongBucket);
            }
            let payer = self.record_payer.as_ref();
            if payer.is_none_or(|payer| *payer.address() != matured.payer) {
                return Err(StakingError::WrongRecipient);
            }
        }
        let (owner, mint) = (&self.owner, &self.params.stake_mint);
        vault::check_destination(owner, owner.address(), &self.destination, mint, bump)
    }

    /// A ticket that slashing left worth nothing closes too.
    ///
    /// # Specification
    /// - `owner` shall be the ticket's owner (`NotOwner`).
    /// - The rents of ticket and record shall go to whoever paid them (`WrongRecipient`).
    /// - The tokens shall go to the owner's associated token account, unless the owner signs (`WrongTokenAccount`).
    /// - The ticket shall have matured (`NotMatured`).
    /// - The record shall be that of the ticket's bucket, once the bucket has left the provider (`WrongBucket`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the owner's associated token account; not read if the owner signs.
    pub fn withdraw_ticket(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(bump)?;
        let now = clock::now()?;
        let ticket = &accounts.ticket;
        let (shares, matures_at) = (ticket.shares.get(), ticket.matures_at.get());
        let record = accounts.matured.as_mut().map(|record| &mut ***record);
        let provider = &mut accounts.provider;
        let tokens = provider.redeem_ticket(shares, matures_at, record, now)?;
        let (provider, vault) = (&accounts.provider, &accounts.stake_vault);
        vault::pay(provider, vault, &accounts.destination, tokens)?;
        emit(&TicketWithdrawn {
            provider: *provider.address(),
            ticket: *accounts.ticket.address(),
            tokens: tokens.into(),
            matures_at: matures_at.into(),
        });
        // After the call of the token program, which refuses lamports that moved between accounts it does not see.
        if let (Some(record), Some(payer)) = (&mut accounts.matured, &accounts.record_payer) {
            if record.shares.get() == 0 {
                record.close(*payer.account())?;
            }
        }
        Ok(())
    }
}
