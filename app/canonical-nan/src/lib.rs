//! Rewrites a WebAssembly module so that the bits of every NaN are the same on every machine.
//!
//! WebAssembly leaves open which NaN an arithmetic operator returns, and processors differ: 0/0 is negative on x86-64 and
//! positive on AArch64. [`canonicalize`] adds code after such operators that replaces a NaN by the canonical one,
//! `0x7fc00000` or `0x7ff8000000000000`. The code is a branch that is rarely taken. NaNs that are loaded, stored, moved,
//! selected or reinterpreted keep their bits.
//!
//! A result is left alone if nothing can tell one NaN from another there: the operators that use it, be it out of a local, are
//! themselves arithmetic, comparisons, or conversions to integers. So a sum of products has one check, not one a product.
//!
//! # Against Cranelift's own pass
//! Cranelift has a setting for the same purpose, which selects between result and NaN after every operator. That makes
//! each result wait for a comparison and a selection. What a program can see is the same with both, except:
//!
//! - Where the processor cannot round (x86-64 without SSE 4.1), Wasmtime calls the host for `ceil`, `floor`, `trunc` and
//!   `nearest`. Cranelift's pass sees only a call there and changes nothing. This pass does.
//! - Cranelift's pass treats fused multiply-add, which only relaxed SIMD has. Here relaxed SIMD is an error.
//!
//! # Limits
//! A valid module stays valid: [`MAX_FUNCTION_BYTES`], [`MAX_LOCALS`] and [`MAX_MODULE_BYTES`] are the limits under which
//! no module fails to be rewritten because of its size. A module beyond them fails only if its code really grows too
//! much. Time and memory are linear in the module.

mod body;
mod check;
mod dataflow;
mod error;
mod limits;
mod module;
mod operators;

pub use error::Error;
pub use limits::{MAX_FUNCTION_BYTES, MAX_GROWTH, MAX_LOCALS, MAX_MODULE_BYTES, MAX_OUTPUT_BYTES};
pub use module::canonicalize;
pub use operators::{may_need_check, Width};
