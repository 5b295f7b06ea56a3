//! SPL Token accounts and mints: read in place, changed by small CPIs.
//!
//! Works for the classic token program and for Token-2022. Both share the 165-byte account, the 82-byte mint and the
//! instruction numbers used here (SPL Token, `TokenInstruction`); Token-2022 may append extensions.

mod account;
mod batch;
mod extension;
mod instruction;
mod mint;

pub use account::{
    is_associated_account, refuses_transfers, TokenAccount, ACCOUNT_LEN, ASSOCIATED_TOKEN,
};
pub use batch::{open_account, pay_out};
pub use instruction::{burn, close, initialize_account, initialize_mint, mint_to, transfer};
pub use mint::{is_plain_mint, Mint, MINT_LEN};

use pinocchio::address::{address_eq, Address};

/// The classic token program, `TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA`.
pub const TOKEN: Address = Address::new_from_array([
    6, 221, 246, 225, 215, 101, 161, 147, 217, 203, 225, 70, 206, 235, 121, 172, 28, 180, 133, 237,
    95, 91, 55, 145, 58, 140, 245, 133, 126, 255, 0, 169,
]);

/// Token-2022, `TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb`.
pub const TOKEN_2022: Address = Address::new_from_array([
    6, 221, 246, 225, 238, 117, 143, 222, 24, 66, 93, 188, 228, 108, 205, 218, 182, 26, 252, 77,
    131, 185, 13, 39, 254, 189, 249, 40, 216, 161, 139, 252,
]);

/// Returns whether `program` is one of the two token programs.
pub fn is_token_program(program: &Address) -> bool {
    address_eq(program, &TOKEN) || address_eq(program, &TOKEN_2022)
}
