//! CPIs to the token programs, without allocation.

use super::is_token_program;
use pinocchio::{
    account::AccountView,
    address::Address,
    cpi::{invoke_signed_unchecked, CpiAccount, Signer},
    error::ProgramError,
    instruction::{InstructionAccount, InstructionView},
};

/// Transfers `amount` base units. If `seeds` is empty, `authority` must have signed the transaction.
///
/// # Errors
/// `IncorrectProgramId` if `token_program` is not a token program. An error of the token program itself ends the
/// transaction.
#[inline(never)]
pub fn transfer(
    token_program: &Address,
    from: &AccountView,
    to: &AccountView,
    authority: &AccountView,
    amount: u64,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    signed(
        token_program,
        [from, to],
        authority,
        &with_amount(3, amount),
        seeds,
    )
}

/// Mints `amount` base units to `to`.
///
/// # Errors
/// As [`transfer`].
pub fn mint_to(
    token_program: &Address,
    mint: &AccountView,
    to: &AccountView,
    authority: &AccountView,
    amount: u64,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    signed(
        token_program,
        [mint, to],
        authority,
        &with_amount(7, amount),
        seeds,
    )
}

/// Burns `amount` base units of `mint` that `account` holds.
///
/// # Errors
/// As [`transfer`].
#[inline(never)]
pub fn burn(
    token_program: &Address,
    account: &AccountView,
    mint: &AccountView,
    authority: &AccountView,
    amount: u64,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    signed(
        token_program,
        [account, mint],
        authority,
        &with_amount(8, amount),
        seeds,
    )
}

/// Closes an empty token account. Its rent goes to `rent_to`.
///
/// # Errors
/// As [`transfer`].
#[inline(never)]
pub fn close(
    token_program: &Address,
    account: &AccountView,
    rent_to: &AccountView,
    authority: &AccountView,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    signed(token_program, [account, rent_to], authority, &[9], seeds)
}

/// Makes an allocated account of the token program a token account of `mint` held by `authority`.
///
/// # Errors
/// As [`transfer`].
#[inline(never)]
pub fn initialize_account(
    token_program: &Address,
    account: &AccountView,
    mint: &AccountView,
    authority: &Address,
) -> Result<(), ProgramError> {
    let mut data = [0u8; 33];
    data[0] = 18;
    data[1..].copy_from_slice(authority.as_ref());
    let metas = [
        InstructionAccount::writable(account.address()),
        InstructionAccount::readonly(mint.address()),
    ];
    let infos = [account, mint].map(CpiAccount::from);
    invoke(token_program, &metas, &infos, &data, &[])
}

/// Makes an allocated account of the token program a mint without freeze authority.
///
/// # Errors
/// As [`transfer`].
pub fn initialize_mint(
    token_program: &Address,
    mint: &AccountView,
    decimals: u8,
    authority: &Address,
) -> Result<(), ProgramError> {
    let mut data = [0u8; 35];
    data[0] = 20;
    data[1] = decimals;
    data[2..34].copy_from_slice(authority.as_ref());
    let metas = [InstructionAccount::writable(mint.address())];
    let infos = [CpiAccount::from(mint)];
    invoke(token_program, &metas, &infos, &data, &[])
}

fn with_amount(instruction: u8, amount: u64) -> [u8; 9] {
    let mut data = [0u8; 9];
    data[0] = instruction;
    data[1..].copy_from_slice(&amount.to_le_bytes());
    data
}

/// Invokes a token instruction that changes two accounts and is allowed by one authority.
#[inline(always)]
fn signed(
    program: &Address,
    [first, second]: [&AccountView; 2],
    authority: &AccountView,
    data: &[u8],
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    let metas = [
        InstructionAccount::writable(first.address()),
        InstructionAccount::writable(second.address()),
        InstructionAccount::readonly_signer(authority.address()),
    ];
    let infos = [first, second, authority].map(CpiAccount::from);
    invoke(program, &metas, &infos, data, seeds)
}

#[inline(always)]
fn invoke(
    program: &Address,
    metas: &[InstructionAccount],
    infos: &[CpiAccount],
    data: &[u8],
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    if !is_token_program(program) {
        return Err(ProgramError::IncorrectProgramId);
    }
    let instruction = InstructionView {
        program_id: program,
        accounts: metas,
        data,
    };
    // SAFETY: the token program writes only token accounts and mints. The callers hold no borrow of those across a call,
    // because they copy the fields they need into a `TokenAccount`.
    unsafe { invoke_signed_unchecked(&instruction, infos, seeds) };
    Ok(())
}
