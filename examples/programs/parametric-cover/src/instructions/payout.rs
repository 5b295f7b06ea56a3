//! What the two ends of a cover share: all of its money goes to one wallet, and its vault is closed.

use crate::{
    error::{CoverError, RuleResult},
    state::Cover,
};
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Checks that a token account is the associated one of `wallet` for the cover's mint. Anyone may end a cover, so that nobody
/// may choose another account.
///
/// # Errors
/// `WrongTokenAccount`.
pub(super) fn check_destination(
    destination: &UncheckedAccount,
    wallet: &Address,
    cover: &Cover,
    bump: u8,
) -> RuleResult<()> {
    let address = destination.address();
    if !token::is_associated_account(address, wallet, &cover.mint, &token::TOKEN, bump) {
        return Err(CoverError::WrongTokenAccount);
    }
    Ok(())
}

/// Pays all that the vault of a cover holds, closes it, and returns the base units paid. The vault's rent goes to the insurer.
///
/// The amount is the vault's and not the cover's: anyone can send tokens to it, and only an empty vault can be closed.
///
/// # Errors
/// `WrongTokenAccount`. As [`token::pay_out`].
pub(super) fn pay_out(
    cover: &Account<Cover>,
    vault: &UncheckedAccount,
    destination: &UncheckedAccount,
    insurer: &UncheckedAccount,
) -> Result<u64> {
    let held = TokenAccount::read(vault.account(), &token::TOKEN);
    let amount = held.ok_or(CoverError::WrongTokenAccount)?.amount;
    let nonce = cover.nonce.get().to_le_bytes();
    let bump = [cover.bump];
    let seeds = [
        Seed::from(b"cover"),
        Seed::from(cover.insurer.as_ref()),
        Seed::from(&nonce),
        Seed::from(&bump),
    ];
    token::pay_out(
        &token::TOKEN,
        vault.account(),
        cover.account(),
        &[(destination.account(), amount)],
        Some(insurer.account()),
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(amount)
}
