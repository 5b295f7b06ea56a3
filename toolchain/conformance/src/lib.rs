//! A program whose results are known, to test an SBF toolchain with.
//!
//! Most checks are pure functions. The same source runs on the host and, compiled by the toolchain under test, in the SVM;
//! both must return the same bytes. The other checks call the runtime, or have to fail. Instruction data is the check's
//! number and its input, return data is its output. `tests/conformance` compares them (`cargo xtask conformance`).

#![cfg_attr(target_os = "solana", no_std)]

mod arithmetic;
mod calls;
mod check;
mod frames;
mod heap;
mod memory;
mod output;

#[cfg(target_os = "solana")]
mod failures;
#[cfg(target_os = "solana")]
mod program;
#[cfg(target_os = "solana")]
mod runtime;

#[cfg(target_arch = "bpf")]
use assay_sbf_builtins as _;

pub use arithmetic::{PAIRS_PER_CALL, PAIR_BYTES};
pub use check::Check;
pub use output::{Output, MAX_OUTPUT};

/// Runs a check that needs nothing but its input. Returns false if the check is of another kind.
///
/// The checks are not inlined, because their frames together exceed the largest frame.
pub fn compute(check: Check, input: &[u8], output: &mut Output) -> bool {
    match check {
        Check::Arithmetic => arithmetic::run(input, output),
        Check::Calls => calls::run(input, output),
        Check::Frames => frames::run(input, output),
        Check::Memory => memory::run(input, output),
        Check::Heap => heap::run(input, output),
        _ => return false,
    }
    true
}
