//! Why a module cannot be rewritten. Every reason is found in its bytes alone, so every machine finds the same.

use thiserror::Error;

/// Why a module cannot be rewritten. Depends on the module's bytes and on nothing of the machine.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The bytes are no WebAssembly module, or use types of a proposal that is not supported.
    #[error("the module cannot be read: {0}")]
    Malformed(String),
    /// The bytes are a component.
    #[error("the bytes are a component, not a module")]
    Component,
    /// An operator of a proposal that is not supported, so that nobody has decided what it does with NaNs.
    #[error("the operator at byte {offset} of the module is not supported")]
    UnsupportedOperator {
        /// Offset in the module.
        offset: usize,
    },
    /// A function has so many locals that the added ones are too many.
    #[error("a function has {locals} locals, of which {max} are allowed", max = crate::MAX_LOCALS)]
    TooManyLocals {
        /// The function's parameters and locals.
        locals: u32,
    },
    /// A function would become longer than an engine accepts.
    #[error("a function of {bytes} bytes has too many operators that can return a NaN")]
    FunctionTooLarge {
        /// Size of the function in the module.
        bytes: usize,
    },
    /// The module would become longer than [`MAX_OUTPUT_BYTES`](crate::MAX_OUTPUT_BYTES).
    #[error("the module has too many operators that can return a NaN")]
    ModuleTooLarge,
}

impl From<wasmparser::BinaryReaderError> for Error {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Malformed(error.to_string())
    }
}
