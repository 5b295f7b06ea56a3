//! What leaves a provider's stake vault. Nothing else signs for it.

use crate::state::Provider;
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Transfers `amount` base units out of the vault. Does nothing if `amount` is zero.
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

/// Burns `amount` base units of the vault. Does nothing if `amount` is zero.
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

fn seeds<'a>(owner: &'a Address, bump: &'a [u8; 1]) -> [Seed<'a>; 3] {
    [
        Seed::from(b"provider"),
        Seed::from(owner.as_ref()),
        Seed::from(bump),
    ]
}
