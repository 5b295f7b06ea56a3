//! Limits of the input, so that the output is within the limits of engines.

/// Most bytes of output for a byte of input. The worst module is a row of two-byte SIMD operators, each with a check of up to
/// 57 bytes and a branch hint of up to 6: `(2 + 57 + 6) / 2 = 32.5`. What is added once a function (up to three locals, longer
/// sizes, the hint's head) is less than what the function's own bytes leave, because a function with a check has six or more.
pub const MAX_GROWTH: usize = 36;

/// Bytes of a function's body that engines accept.
pub(crate) const ENGINE_FUNCTION_BYTES: usize = 7_654_321;
/// Locals of a function, parameters included, that engines accept.
pub(crate) const ENGINE_LOCALS: u32 = 50_000;
/// Most locals that are added to a function: a f32, a f64 and a v128.
pub(crate) const ADDED_LOCALS: u32 = 3;

/// Bytes of a function's body up to which rewriting never fails.
pub const MAX_FUNCTION_BYTES: usize = ENGINE_FUNCTION_BYTES / MAX_GROWTH;
/// Parameters and locals of a function up to which rewriting never fails.
pub const MAX_LOCALS: u32 = ENGINE_LOCALS - ADDED_LOCALS;
/// Bytes of output. Bounds the memory that a hostile module can take.
pub const MAX_OUTPUT_BYTES: usize = 256 << 20;
/// Bytes of a module up to which rewriting never fails.
pub const MAX_MODULE_BYTES: usize = MAX_OUTPUT_BYTES / MAX_GROWTH;
