//! A program whose results are known.
//!
//! Most checks are pure functions: the same source runs on the host and, compiled by the SBF toolchain under test, in the
//! SVM, and both must give the same bytes. The rest call the runtime, or have to fail. Instruction data is the check's
//! number and its input; return data is its output. `tests/conformance` does the comparing (`cargo xtask conformance`).

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

/// Runs a check that needs nothing but its input; false if the check is not of that kind.
///
/// The checks are not inlined: their frames together are larger than one may be.
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
