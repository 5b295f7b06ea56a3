//! Instructions of the token programs and of the associated token account program.

use crate::pda;
use anchor_lang::Address;
use assay_shared::token::{MINT_LEN, TOKEN};
use solana_instruction::Instruction;
use solana_system_interface::instruction as system;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_interface::instruction as token;
use std::fmt::Debug;

/// Creates the ATA in which `owner` holds a mint of `token_program`; does nothing if it exists. `payer` signs and pays.
pub fn create_ata(
    payer: &Address,
    owner: &Address,
    mint: &Address,
    token_program: &Address,
) -> Instruction {
    create_associated_token_account_idempotent(payer, owner, mint, token_program)
}

/// Creates the mint at `pda::seeded_mint(authority, seed)`. `authority` signs, pays `rent` lamports and becomes the mint
/// authority and the freeze authority, as the issuer of a dollar token is both. Returns `None` if the seed has more than 32 bytes.
pub fn create_mint(
    authority: &Address,
    seed: &str,
    decimals: u8,
    rent: u64,
) -> Option<Vec<Instruction>> {
    let mint = pda::seeded_mint(authority, seed)?;
    let space = MINT_LEN as u64;
    let create =
        system::create_account_with_seed(authority, &mint, authority, seed, rent, space, &TOKEN);
    let built = token::initialize_mint2(&TOKEN, &mint, authority, Some(authority), decimals);
    Some(vec![create, with_token_program(&TOKEN, built)])
}

/// Mints base units of a classic SPL token to a token account. `authority` signs.
pub fn mint_to(mint: &Address, to: &Address, authority: &Address, amount: u64) -> Instruction {
    with_token_program(
        &TOKEN,
        token::mint_to(&TOKEN, mint, to, authority, &[], amount),
    )
}

/// Freezes a token account of a classic SPL token: nobody can transfer from it or to it. `authority`, the mint's freeze
/// authority, signs.
pub fn freeze_account(account: &Address, mint: &Address, authority: &Address) -> Instruction {
    with_token_program(
        &TOKEN,
        token::freeze_account(&TOKEN, account, mint, authority, &[]),
    )
}

/// Ends the freezing of a token account of a classic SPL token. `authority`, the mint's freeze authority, signs.
pub fn thaw_account(account: &Address, mint: &Address, authority: &Address) -> Instruction {
    with_token_program(
        &TOKEN,
        token::thaw_account(&TOKEN, account, mint, authority, &[]),
    )
}

/// Transfers base units of a classic SPL token between token accounts. `owner` signs.
pub fn transfer(from: &Address, to: &Address, owner: &Address, amount: u64) -> Instruction {
    transfer_with_program(&TOKEN, from, to, owner, amount)
}

pub(super) fn transfer_with_program(
    token_program: &Address,
    from: &Address,
    to: &Address,
    owner: &Address,
    amount: u64,
) -> Instruction {
    let built = token::transfer(&TOKEN, from, to, owner, &[], amount);
    with_token_program(token_program, built)
}

/// Initializes an allocated account of `token_program` as a token account of `mint` with the owner `authority`.
pub(super) fn initialize_account(
    token_program: &Address,
    account: &Address,
    mint: &Address,
    authority: &Address,
) -> Instruction {
    let built = token::initialize_account3(&TOKEN, account, mint, authority);
    with_token_program(token_program, built)
}

/// Sets the token program of an instruction. Token-2022 takes the classic program's instructions byte for byte, but the
/// encoder accepts the classic program's id only.
fn with_token_program<E: Debug>(
    token_program: &Address,
    built: Result<Instruction, E>,
) -> Instruction {
    Instruction {
        program_id: *token_program,
        ..built.expect("TOKEN is the classic token program")
    }
}
