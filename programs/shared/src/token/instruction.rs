//! CPIs to the token programs, without allocation.

use super::{is_token_program, TOKEN};
use pinocchio::{
    account::AccountView,
    address::{address_eq, Address},
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

/// Most payments of one [`pay_out`].
const MOST_PAYMENTS: usize = 3;
/// Most instructions of a batch: the payments and the close.
const BATCH: usize = MOST_PAYMENTS + 1;
/// Bytes of the longest batch: its number, and each instruction behind the numbers of its accounts and its bytes.
const BATCH_LEN: usize = 1 + MOST_PAYMENTS * (2 + 9) + (2 + 1);

/// Transfers `payments`, each to an account and in base units, out of `from`, and closes it if `rent_to` is named, who receives
/// its rent. A payment of zero is left out.
///
/// The classic token program takes all of it in one call, which saves about 1,000 compute units for every further one.
///
/// # Errors
/// `InvalidArgument` for more than three payments. As [`transfer`].
#[inline(never)]
pub fn pay_out(
    token_program: &Address,
    from: &AccountView,
    authority: &AccountView,
    payments: &[(&AccountView, u64)],
    rent_to: Option<&AccountView>,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    if payments.len() > MOST_PAYMENTS {
        return Err(ProgramError::InvalidArgument);
    }
    let payments = payments.iter().filter(|(_, amount)| *amount > 0);
    if !address_eq(token_program, &TOKEN) {
        for (to, amount) in payments {
            transfer(token_program, from, to, authority, *amount, seeds)?;
        }
        return rent_to.map_or(Ok(()), |rent_to| {
            close(token_program, from, rent_to, authority, seeds)
        });
    }
    let transfers = payments.map(|(to, amount)| (*to, with_amount(3, *amount), 9u8));
    let close = rent_to.map(|rent_to| (rent_to, with_amount(9, 0), 1u8));

    let mut data = [0u8; BATCH_LEN];
    data[0] = 255;
    let mut used = 1usize;
    let mut count = 0usize;
    let mut metas: [InstructionAccount; 3 * BATCH] =
        core::array::from_fn(|_| InstructionAccount::readonly_signer(authority.address()));
    let mut infos: [CpiAccount; 2 + BATCH] =
        core::array::from_fn(|i| CpiAccount::from(if i == 0 { from } else { authority }));
    let places = metas.chunks_exact_mut(3).zip(infos.iter_mut().skip(2));
    for ((to, bytes, length), (metas, info)) in transfers.chain(close).zip(places) {
        if let [first, second, _] = metas {
            *first = InstructionAccount::writable(from.address());
            *second = InstructionAccount::writable(to.address());
        }
        *info = CpiAccount::from(to);
        let own = data.get_mut(used..).unwrap_or_default();
        for (byte, value) in own.iter_mut().zip([3, length].into_iter().chain(bytes)) {
            *byte = value;
        }
        // Lengths of a few bytes each.
        used = used.wrapping_add(usize::from(length)).wrapping_add(2);
        count = count.wrapping_add(1);
    }
    if count == 0 {
        return Ok(());
    }
    let instruction = InstructionView {
        program_id: token_program,
        accounts: metas.get(..count.wrapping_mul(3)).unwrap_or_default(),
        data: data.get(..used).unwrap_or_default(),
    };
    let infos = infos.get(..count.wrapping_add(2)).unwrap_or_default();
    // SAFETY: as in `invoke`.
    unsafe { invoke_signed_unchecked(&instruction, infos, seeds) };
    Ok(())
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

/// Invokes a token instruction that changes two accounts and is allowed by one authority.
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

#[inline(always)]
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
    // SAFETY: the token program writes only token accounts and mints. The callers hold no borrow of those across a call,
    // because they copy the fields they need into a `TokenAccount`.
    unsafe { invoke_signed_unchecked(&instruction, &infos, seeds) };
    Ok(())
}
