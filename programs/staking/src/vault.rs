//! Payments out of a provider's stake vault. Nothing else signs for it.

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
    let seeds = [
        Seed::from(b"provider"),
        Seed::from(owner.as_ref()),
        Seed::from(&bump),
    ];
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
