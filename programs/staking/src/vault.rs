//! What leaves a provider's vaults. Nothing else signs for them.

use crate::{
    error::{RuleResult, StakingError},
    state::Provider,
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Checks where tokens may go that anyone may send: to the associated token account of `payee`, unless `owner` signs. A stranger
/// must not choose an account that the payee never looks at, or that another may empty.
///
/// # Errors
/// `WrongTokenAccount`.
pub(crate) fn check_destination(
    owner: &UncheckedAccount,
    payee: &Address,
    destination: &UncheckedAccount,
    mint: &Address,
    bump: u8,
) -> RuleResult<()> {
    let address = destination.address();
    if owner.account().is_signer()
        || token::is_associated_account(address, payee, mint, &token::TOKEN, bump)
    {
        return Ok(());
    }
    Err(StakingError::WrongTokenAccount)
}

/// Transfers `amount` base units out of a vault. Does nothing if `amount` is zero.
pub(crate) fn pay(
    provider: &Account<Provider>,
    vault: &UncheckedAccount,
    to: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let owner = provider.owner;
    let bump = [provider.bump];
    let seeds = seeds(&owner, &bump);
    token::transfer(
        &token::TOKEN,
        vault.account(),
        to.account(),
        provider.account(),
        amount,
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(())
}

/// Burns `amount` base units of a vault. Does nothing if `amount` is zero.
pub(crate) fn burn(
    provider: &Account<Provider>,
    vault: &UncheckedAccount,
    mint: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let owner = provider.owner;
    let bump = [provider.bump];
    let seeds = seeds(&owner, &bump);
    token::burn(
        &token::TOKEN,
        vault.account(),
        mint.account(),
        provider.account(),
        amount,
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(())
}

/// Closes an empty vault. Its rent goes to `rent_to`.
pub(crate) fn close(
    provider: &Account<Provider>,
    vault: &UncheckedAccount,
    rent_to: &UncheckedAccount,
) -> Result<()> {
    let owner = provider.owner;
    let bump = [provider.bump];
    let seeds = seeds(&owner, &bump);
    token::close(
        &token::TOKEN,
        vault.account(),
        rent_to.account(),
        provider.account(),
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(())
}

fn seeds<'a>(owner: &'a Address, bump: &'a [u8; 1]) -> [Seed<'a>; 3] {
    [
        Seed::from(b"provider"),
        Seed::from(owner.as_ref()),
        Seed::from(bump),
    ]
}
