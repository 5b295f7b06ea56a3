//! Checks that must fail: every failure ends the transaction, with the right error.

use assay_conformance::Check;
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;

use crate::machine::Machine;

/// The input that makes every failing check fail.
const INPUT: [u8; 1] = [255];

fn fails_to_complete(check: Check) {
    let expected = TransactionError::InstructionError(0, InstructionError::ProgramFailedToComplete);
    assert_eq!(Machine::new().check(check, &INPUT), Err(expected));
}

#[test]
fn a_panic_fails_the_transaction() {
    fails_to_complete(Check::Panic);
}

#[test]
fn an_overflowing_addition_fails_the_transaction() {
    fails_to_complete(Check::AddOverflow);
}

#[test]
fn an_overflowing_multiplication_fails_the_transaction() {
    fails_to_complete(Check::MultiplyOverflow);
}

#[test]
fn a_division_by_zero_fails_the_transaction() {
    fails_to_complete(Check::DivideByZero);
}

#[test]
fn an_index_out_of_bounds_fails_the_transaction() {
    fails_to_complete(Check::OutOfBounds);
}

#[test]
fn unwrapping_nothing_fails_the_transaction() {
    fails_to_complete(Check::UnwrapNone);
}

#[test]
fn an_error_of_the_program_keeps_its_code() {
    let expected = TransactionError::InstructionError(0, InstructionError::Custom(4242));
    assert_eq!(Machine::new().check(Check::CustomError, &[]), Err(expected));
}

#[test]
fn an_unknown_check_is_invalid_instruction_data() {
    let expected = TransactionError::InstructionError(0, InstructionError::InvalidInstructionData);
    assert_eq!(
        Machine::new().call(vec![Check::ALL.len() as u8]),
        Err(expected.clone())
    );
    assert_eq!(Machine::new().call(vec![]), Err(expected));
}
