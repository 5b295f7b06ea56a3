//! The check of a mint and of the token account that a program sends forfeited tokens to for ever.

use super::{Mint, TokenAccount, TOKEN};
use pinocchio::account::AccountView;

/// Why a mint and a token account cannot be written into a program's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationFault {
    /// The mint is not an initialized mint of the classic token program.
    WrongMint,
    /// The mint has a freeze authority, who could lock every vault.
    FreezableMint,
    /// The destination is not an initialized token account of that mint.
    WrongAccount,
    /// Somebody besides its holder can empty or close the destination, or it is frozen.
    NotIsolated,
}

/// Checks a mint and the token account that receives what is forfeited in it, both of the classic token program.
///
/// A program keeps both by address at initialization and cannot replace them. If the destination could be closed or
/// frozen later, no transfer to it would succeed and every instruction that pays it would fail.
///
/// # Errors
/// The first fault found, in the order of [`DestinationFault`].
#[inline(always)]
pub fn check_destination(
    mint: &AccountView,
    destination: &AccountView,
) -> Result<(), DestinationFault> {
    let fields = Mint::read(mint, &TOKEN).ok_or(DestinationFault::WrongMint)?;
    if fields.freezable {
        return Err(DestinationFault::FreezableMint);
    }
    let account = TokenAccount::read(destination, &TOKEN).ok_or(DestinationFault::WrongAccount)?;
    if &account.mint != mint.address() {
        return Err(DestinationFault::WrongAccount);
    }
    if !account.is_isolated() {
        return Err(DestinationFault::NotIsolated);
    }
    Ok(())
}
