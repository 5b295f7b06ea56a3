//! SPL Token accounts as the programs see them: read in place, moved by one lean CPI.
//!
//! Works for the classic token program and for Token-2022 accounts without extensions: both share the 165-byte
//! account, the 82-byte mint and the instruction numbers used here (SPL Token, `TokenInstruction`).

use pinocchio::{
    account::AccountView,
    address::{address_eq, Address},
    cpi::{invoke_signed_unchecked, CpiAccount, Signer},
    error::ProgramError,
    instruction::{InstructionAccount, InstructionView},
};

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

/// Bytes of a token account without extensions.
pub const ACCOUNT_LEN: usize = 165;
/// Bytes of a mint without extensions.
pub const MINT_LEN: usize = 82;

/// What a program needs to know of a token account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAccount {
    pub mint: Address,
    pub authority: Address,
    /// Base units of the mint.
    pub amount: u64,
    /// Somebody besides the authority could move the tokens or close the account.
    pub shared_control: bool,
    pub frozen: bool,
}

impl TokenAccount {
    /// Reads an initialized token account owned by `token_program`; `None` for anything else.
    pub fn read(view: &AccountView, token_program: &Address) -> Option<Self> {
        if !view.owned_by(token_program) {
            return None;
        }
        let data = view.try_borrow().ok()?;
        Self::parse(&data)
    }

    /// Reads the 165 bytes of a token account; `None` when they are of another length or not initialized.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let data: &[u8; ACCOUNT_LEN] = data.try_into().ok()?;
        let state = data[108];
        if state == 0 {
            return None;
        }
        Some(Self {
            mint: address_at(data, 0)?,
            authority: address_at(data, 32)?,
            amount: u64::from_le_bytes(data[64..72].try_into().ok()?),
            shared_control: data[72] != 0 || data[129] != 0,
            frozen: state == 2,
        })
    }
}

/// What a program needs to know of a mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mint {
    /// Somebody could freeze any account of the mint, a vault for example.
    pub freezable: bool,
}

impl Mint {
    /// Reads an initialized mint without extensions owned by `token_program`; `None` for anything else.
    pub fn read(view: &AccountView, token_program: &Address) -> Option<Self> {
        if !view.owned_by(token_program) {
            return None;
        }
        let data = view.try_borrow().ok()?;
        Self::parse(&data)
    }

    /// Reads the 82 bytes of a mint; `None` when they are of another length or not initialized.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let data: &[u8; MINT_LEN] = data.try_into().ok()?;
        (data[45] == 1).then_some(Self {
            freezable: data[46..50] != [0; 4],
        })
    }
}

fn address_at(data: &[u8; ACCOUNT_LEN], start: usize) -> Option<Address> {
    let end = start.checked_add(32)?;
    let bytes: [u8; 32] = data.get(start..end)?.try_into().ok()?;
    Some(Address::new_from_array(bytes))
}

/// Whether `program` is one of the two token programs.
pub fn is_token_program(program: &Address) -> bool {
    address_eq(program, &TOKEN) || address_eq(program, &TOKEN_2022)
}

/// Moves `amount` base units. With `seeds` empty, `authority` must have signed the transaction.
///
/// Errors: whatever the token program answers.
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

/// Closes an empty token account; its rent goes to `rent_to`.
pub fn close(
    token_program: &Address,
    account: &AccountView,
    rent_to: &AccountView,
    authority: &AccountView,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    signed(token_program, [account, rent_to], authority, &[9], seeds)
}

/// Turns an allocated, token-program-owned account into a token account of `mint` held by `authority`.
pub fn initialize_account(
    token_program: &Address,
    account: &AccountView,
    mint: &AccountView,
    authority: &Address,
) -> Result<(), ProgramError> {
    let mut data = [0u8; 33];
    data[0] = 18;
    data[1..].copy_from_slice(authority.as_ref());
    invoke(
        token_program,
        [
            (account, InstructionAccount::writable(account.address())),
            (mint, InstructionAccount::readonly(mint.address())),
        ],
        &data,
        &[],
    )
}

/// Turns an allocated, token-program-owned account into a mint without freeze authority.
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
    invoke(
        token_program,
        [(mint, InstructionAccount::writable(mint.address()))],
        &data,
        &[],
    )
}

fn with_amount(instruction: u8, amount: u64) -> [u8; 9] {
    let mut data = [0u8; 9];
    data[0] = instruction;
    data[1..].copy_from_slice(&amount.to_le_bytes());
    data
}

/// The shape of most token instructions: two accounts that change and the authority that allows it.
#[inline(always)]
fn signed(
    program: &Address,
    [first, second]: [&AccountView; 2],
    authority: &AccountView,
    data: &[u8],
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    invoke(
        program,
        [
            (first, InstructionAccount::writable(first.address())),
            (second, InstructionAccount::writable(second.address())),
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
        ],
        data,
        seeds,
    )
}

fn invoke<const N: usize>(
    program: &Address,
    accounts: [(&AccountView, InstructionAccount); N],
    data: &[u8],
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    if !is_token_program(program) {
        return Err(ProgramError::IncorrectProgramId);
    }
    let metas: [InstructionAccount; N] = core::array::from_fn(|i| accounts[i].1.clone());
    let infos: [CpiAccount; N] = core::array::from_fn(|i| CpiAccount::from(accounts[i].0));
    let instruction = InstructionView {
        program_id: program,
        accounts: &metas,
        data,
    };
    // SAFETY: the token program writes token accounts and mints only; the callers never hold a borrow of those
    // across a call here (they copy what they need through `TokenAccount`).
    unsafe { invoke_signed_unchecked(&instruction, &infos, seeds) };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mint_is_82_bytes_and_initialized() {
        let mut data = [0u8; MINT_LEN];
        assert_eq!(Mint::parse(&data), None);
        data[45] = 1;
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: false }));
        assert_eq!(Mint::parse(&data[..MINT_LEN - 1]), None);
        assert_eq!(Mint::parse(&[data.as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn a_mint_with_a_freeze_authority_is_freezable() {
        let mut data = [0u8; MINT_LEN];
        data[45] = 1;
        data[50..].fill(7);
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: false }));
        data[46] = 1;
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: true }));
    }
}
