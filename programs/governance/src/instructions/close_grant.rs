use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, GrantClosed},
    payee::is_ata,
    state::{Grant, Params},
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, ErrorCode};
use assay_shared::token;

#[derive(Accounts)]
pub struct CloseGrant {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Whoever executed the proposal, who receives the rents. Checked by its address.
    #[account(mut, address = grant.payer @ GovernanceError::WrongRecipient)]
    pub payer: UncheckedAccount,
    /// A grant that is over, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = payer)]
    pub grant: Box<Account<Grant>>,
    /// The grant's vault, closed here. Checked by its address.
    #[account(
        mut,
        address = addresses::vault(b"grant_vault", grant.address(), grant.vault_bump) @ ErrorCode::ConstraintSeeds
    )]
    pub grant_vault: UncheckedAccount,
    /// Receives what is left: the treasury's account for the vote mint, or its associated token account for another mint. Checked
    /// by `validate`.
    #[account(mut)]
    pub treasury_account: UncheckedAccount,
    /// The token program that owns the mint. Checked by its address.
    #[account(address = grant.token_program @ GovernanceError::WrongProgram)]
    pub token_program: UncheckedAccount,
}

impl CloseGrant {
    fn validate(&self, bump: u8, now: i64) -> RuleResult<()> {
        self.grant.check_over(now)?;
        let (mint, program) = (&self.grant.mint, &self.grant.token_program);
        let account = self.treasury_account.account();
        let is_treasury = if *mint == self.params.vote_mint {
            *account.address() == self.params.treasury
        } else {
            is_ata(account, &addresses::TREASURY, mint, program, bump)
        };
        is_treasury
            .then_some(())
            .ok_or(GovernanceError::WrongTokenAccount)
    }

    /// Anyone may call it.
    ///
    /// # Specification
    /// - The rents shall go to who paid them (`WrongRecipient`).
    /// - The token program shall be the grant's (`WrongProgram`).
    /// - Everything shall be paid, or a year shall have passed since everything vested (`GrantRunning`).
    /// - What is left shall go to the treasury's account for the mint (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the treasury's associated token account; not read for the vote mint.
    pub fn close_grant(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let grant = &accounts.grant;
        let (view, vault) = (grant.account(), accounts.grant_vault.account());
        let left = token::TokenAccount::read_with_extensions(vault, &grant.token_program)
            .ok_or(GovernanceError::WrongTokenAccount)?
            .amount;
        // What strangers sent to the vault is moved too: only an empty vault can be closed.
        let to = (accounts.treasury_account.account(), left);
        grant.pay(view, vault, to, Some(accounts.payer.account()))?;
        emit(GrantClosed {
            grant: *grant.address(),
            returned: left.into(),
        });
        Ok(())
    }
}
