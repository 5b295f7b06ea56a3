//! Whom a payment that anyone may send goes to.

use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::token;

/// Returns whether `account` is the associated token account, with this bump, of `owner` for `mint`.
pub fn is_ata(
    account: &AccountView,
    owner: &Address,
    mint: &Address,
    token_program: &Address,
    bump: u8,
) -> bool {
    token::is_associated_account(account.address(), owner, mint, token_program, bump)
}

/// Checks that a payment goes to the associated token account of `owner`, or that `owner` signs. A stranger must not choose an
/// account that the owner never looks at, or over which somebody else has power, too.
///
/// # Errors
/// `WrongTokenAccount`.
pub fn check_payee(
    owner: &UncheckedAccount,
    destination: &UncheckedAccount,
    mint: &Address,
    token_program: &Address,
    bump: u8,
) -> RuleResult<()> {
    let (to, of) = (destination.account(), owner.address());
    if owner.account().is_signer() || is_ata(to, of, mint, token_program, bump) {
        return Ok(());
    }
    Err(GovernanceError::WrongTokenAccount)
}
