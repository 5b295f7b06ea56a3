//! Whom a payment that anyone may send goes to.

use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::token;

/// Checks that a payment goes to the associated token account of `owner`, or that `owner` signs. A stranger must not choose an
/// account that the owner never looks at, or over which somebody else has power, too.
///
/// # Errors
/// `WrongTokenAccount`.
pub fn check_payee(
    owner: &UncheckedAccount,
    destination: &UncheckedAccount,
    mint: &Address,
    bump: u8,
) -> RuleResult<()> {
    let (to, of) = (destination.address(), owner.address());
    if owner.account().is_signer()
        || token::is_associated_account(to, of, mint, &token::TOKEN, bump)
    {
        return Ok(());
    }
    Err(GovernanceError::WrongTokenAccount)
}
