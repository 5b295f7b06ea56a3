//! The entry point.

use pinocchio::{error::ProgramError, syscalls, AccountView, Address, ProgramResult};

use crate::{compute, failures, runtime, Check, Output};

pinocchio::program_entrypoint!(process, 1);
pinocchio::default_allocator!();
pinocchio::nostd_panic_handler!();

/// The error code of [`Check::CustomError`].
const CUSTOM: u32 = 4242;

fn process(program: &Address, _: &mut [AccountView], data: &[u8]) -> ProgramResult {
    let (number, input) = data
        .split_first()
        .ok_or(ProgramError::InvalidInstructionData)?;
    let check = Check::from_byte(*number).ok_or(ProgramError::InvalidInstructionData)?;
    let mut output = Output::new();
    if !compute(check, input, &mut output) {
        match check {
            Check::Sha256 => runtime::sha256(input, &mut output),
            Check::ProgramAddress => runtime::program_address(program, input, &mut output)?,
            Check::CustomError => return Err(ProgramError::Custom(CUSTOM)),
            _ => failures::run(check, input),
        }
    }
    let bytes = output.bytes();
    // SAFETY: the runtime reads exactly the bytes of the slice.
    unsafe { syscalls::sol_set_return_data(bytes.as_ptr(), bytes.len() as u64) };
    Ok(())
}
