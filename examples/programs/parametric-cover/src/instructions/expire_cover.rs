use super::payout::{check_destination, pay_out};
use crate::{
    error::{CoverError, RuleResult},
    event::CoverExpired,
    state::Cover,
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct ExpireCover {
    /// The cover's insurer, who receives the rent; need not sign. Checked by its address.
    #[account(mut, address = cover.insurer @ CoverError::WrongAccount)]
    pub insurer: UncheckedAccount,
    /// Any cover, closed here. Checked by its program and its type, its deadline by `validate`.
    #[account(mut, close = insurer)]
    pub cover: Account<Cover>,
    /// The cover's vault, closed here. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"cover_vault", cover.address().as_ref()],
        bump = cover.vault_bump
    )]
    pub vault: UncheckedAccount,
    /// The insurer's associated token account. Receives the money. Checked by `validate`.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl ExpireCover {
    fn validate(&self, bump: u8, now: i64) -> RuleResult<()> {
        self.cover.check_expired(now)?;
        check_destination(&self.destination, &self.cover.insurer, &self.cover, bump)
    }

    /// # Specification
    /// - The rent shall go to the insurer (`WrongAccount`).
    /// - The deadline shall be over (`CoverRunning`).
    /// - The money shall go to the associated token account of the insurer (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the insurer's associated token account.
    pub fn expire_cover(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let returned = pay_out(
            &accounts.cover,
            &accounts.vault,
            &accounts.destination,
            &accounts.insurer,
        )?;
        emit!(CoverExpired {
            cover: *accounts.cover.address(),
            returned: returned.into(),
        });
        Ok(())
    }
}
