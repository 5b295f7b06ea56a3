//! The check of a module before anything compiles it: one pass over its bytes.
//!
//! A compiler is not linear: 28 KB of nested loops take Cranelift minutes and gigabytes. So a module is held against
//! [`limits`] that honest programs are far from. They are part of the protocol: a module beyond them is invalid on every
//! machine, whatever its memory.

mod error;
mod function;
mod limits;
mod sections;
#[cfg(test)]
mod tests;

use wasmparser::{Encoding, Parser, Payload, ValidPayload, Validator};

pub use error::{Measure, ModuleError};
use function::FunctionCheck;
#[cfg(test)]
pub(super) use limits::describe as describe_limits;
use sections::Sections;

use super::features::PROPOSALS;

/// Checks that a module is a WASI preview 1 command that every machine compiles in bounded time. Reads it once; the memory
/// that it takes is a small multiple of the module's largest parts.
///
/// A module that passes may still import a function of preview 1 by a name or with a type that there is not. Its run finds
/// that out, before any code runs.
///
/// # Errors
/// [`ModuleError`]: the module is invalid, for the same reason on every machine.
pub fn check_module(module: &[u8]) -> Result<(), ModuleError> {
    if is_text(module) {
        return Err(ModuleError::Text);
    }
    limits::MODULE_BYTES.check(module.len() as u64)?;
    let mut sections = Sections::default();
    let mut functions = FunctionCheck::default();
    let mut validator = Validator::new_with_features(PROPOSALS);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::Version { encoding, .. } = payload {
            if encoding == Encoding::Component {
                return Err(ModuleError::Component);
            }
        }
        if let Payload::CodeSectionStart { size, .. } = payload {
            functions.begin(size);
        }
        // Before the validator, whose own limits are those of browsers.
        sections.check(&payload)?;
        match validator.payload(&payload)? {
            ValidPayload::Func(function, body) => functions.check(function, &body)?,
            ValidPayload::End(types) => sections::check_exports(types.as_ref())?,
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
    }
    Ok(())
}

/// Returns whether a file is WebAssembly text: after blanks, it begins with a parenthesis or a comment.
fn is_text(module: &[u8]) -> bool {
    let text = module.trim_ascii_start();
    text.starts_with(b"(") || text.starts_with(b";;")
}

impl From<wasmparser::Error> for ModuleError {
    fn from(error: wasmparser::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}
