//! Checks that must make the transaction fail. The operands come from the input, so that the compiler cannot decide in
//! advance.

use crate::check::Check;

/// Input: at least one byte, which is 255. Returns only if the check wrongly did not fail.
pub fn run(check: Check, input: &[u8]) {
    let large = u64::from(input[0]) << 56 | 0x00FF_FFFF_FFFF_FFFF;
    let none = input.get(4000).copied();
    let result = match check {
        Check::Panic => panic!("as asked"),
        Check::AddOverflow => large + u64::from(input[0]),
        Check::MultiplyOverflow => large * u64::from(input[0]),
        Check::DivideByZero => large / u64::from(input[0].wrapping_add(1)),
        Check::OutOfBounds => u64::from(input[usize::from(input[0])]),
        Check::UnwrapNone => u64::from(none.unwrap()),
        _ => 0,
    };
    core::hint::black_box(result);
}
