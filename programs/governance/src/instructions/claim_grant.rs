use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, GrantPaid},
    payee::check_payee,
    state::Grant,
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, ErrorCode};
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct ClaimGrant {
    /// The grant's recipient; signs to choose a destination. Checked by its address.
    #[account(address = grant.recipient @ GovernanceError::WrongRecipient)]
    pub recipient: UncheckedAccount,
    /// Any grant. Checked by its program and its type.
    #[account(mut)]
    pub grant: Box<Account<Grant>>,
    /// The grant's vault. Checked by its address.
    #[account(
        mut,
        address = addresses::vault(b"grant_vault", grant.address(), grant.vault_bump) @ ErrorCode::ConstraintSeeds
    )]
    pub grant_vault: UncheckedAccount,
    /// The associated token account of the recipient for the mint, or any if the recipient signs. Receives the tokens. Checked by
    /// `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The token program that owns the mint. Checked by its address.
    #[account(address = grant.token_program @ GovernanceError::WrongProgram)]
    pub token_program: UncheckedAccount,
}

impl ClaimGrant {
    fn validate(&self, bump: u8) -> RuleResult<()> {
        let (mint, program) = (&self.grant.mint, &self.grant.token_program);
        check_payee(&self.recipient, &self.destination, mint, program, bump)
    }

    /// Pays what has vested. Anyone may call it.
    ///
    /// # Specification
    /// - The recipient shall be the grant's (`WrongRecipient`).
    /// - The token program shall be the grant's (`WrongProgram`).
    /// - The tokens shall go to the recipient's associated token account, unless the recipient signs (`WrongTokenAccount`).
    /// - More shall have vested than was paid (`NothingToClaim`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the recipient's associated token account; not read if the recipient signs.
    pub fn claim_grant(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(bump)?;
        let amount = accounts.grant.take(Clock::get()?.unix_timestamp)?;
        accounts.grant.pay(
            accounts.grant.account(),
            accounts.grant_vault.account(),
            (accounts.destination.account(), amount),
            None,
        )?;
        emit(GrantPaid {
            grant: *accounts.grant.address(),
            amount: amount.into(),
            paid: accounts.grant.paid,
        });
        Ok(())
    }
}

impl Grant {
    /// Transfers `amount` base units out of the vault, and closes it if `rent_to` is named, signed by the grant's account.
    pub(super) fn pay(
        &self,
        grant: &AccountView,
        vault: &AccountView,
        to: (&AccountView, u64),
        rent_to: Option<&AccountView>,
    ) -> Result<()> {
        let index = self.proposal.get().to_le_bytes();
        let (action, bump) = ([self.action], [self.bump]);
        let seeds = [
            Seed::from(b"grant"),
            Seed::from(&index),
            Seed::from(&action),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        token::pay_out(&self.token_program, vault, grant, &[to], rent_to, &signer)?;
        Ok(())
    }
}
