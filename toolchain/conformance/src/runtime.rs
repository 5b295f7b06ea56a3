//! Checks that call the runtime.

use pinocchio::{error::ProgramError, syscalls, Address};

use crate::output::Output;

/// Input: any bytes.
#[inline(never)]
pub fn sha256(input: &[u8], output: &mut Output) {
    let slices = [input];
    let mut digest = [0u8; 32];
    // SAFETY: the runtime reads one slice descriptor and writes 32 bytes.
    unsafe { syscalls::sol_sha256(slices.as_ptr().cast(), 1, digest.as_mut_ptr()) };
    output.put(&digest);
}

/// Input: one byte with the length of the first seed, then two seeds of at most 32 bytes.
#[inline(never)]
pub fn program_address(
    program: &Address,
    input: &[u8],
    output: &mut Output,
) -> Result<(), ProgramError> {
    let (first, second) = input[1..].split_at(usize::from(input[0]));
    let (address, bump) = Address::find_program_address(&[first, second], program);
    let again = Address::create_program_address(&[first, second, &[bump]], program)
        .map_err(|_| ProgramError::InvalidSeeds)?;
    output.put(address.as_ref());
    output.put(again.as_ref());
    output.put(&[bump]);
    Ok(())
}
