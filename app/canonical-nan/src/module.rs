//! Rewrites a module: replaces its code section, copies the rest.

use wasm_encoder::{BranchHints, Encode, Section, SectionId};
use wasmparser::{Encoding, FunctionBody, Parser, Payload, TypeRef};

use crate::body::{self, RewrittenBody};
use crate::dataflow::Dataflow;
use crate::limits::MAX_OUTPUT_BYTES;
use crate::Error;

/// Start of the names of custom sections that name operators by their offset in the code, such as branch hints.
const CODE_METADATA: &str = "metadata.code.";

/// Returns a module that does the same, but where every NaN whose bits WebAssembly leaves open is the canonical one.
///
/// `module` must be valid. Of the features that an engine may have, it may use: sign extension, saturating conversions,
/// multiple values, bulk memory, reference types, SIMD, tail calls, extended constants and exceptions.
///
/// Sections other than the code are copied byte for byte, and so are the bodies of functions that need no check. Sections with
/// metadata for operators (`metadata.code.*`) are left out, because their offsets no longer hold; hints for the branches of
/// the checks take their place, so that an engine that heeds them can move the code for NaNs out of the way. Debug information
/// (`.debug_*`) is kept, but no longer fits the code.
///
/// # Errors
/// [`Error`]. Depends on nothing but `module`.
pub fn canonicalize(module: &[u8]) -> Result<Vec<u8>, Error> {
    let mut rewriting = Rewriting::new(module);
    for payload in Parser::new(0).parse_all(module) {
        rewriting.step(payload?)?;
    }
    Ok(rewriting.output)
}

/// What has been read and written so far.
struct Rewriting<'a> {
    module: &'a [u8],
    output: Vec<u8>,
    /// End of the part of `module` that has been dealt with.
    done: usize,
    /// Number of parameters, for each function type.
    params_by_type: Vec<u32>,
    /// Functions that are imported.
    imported: u32,
    /// Type of each function that is not imported.
    types: Vec<u32>,
    dataflow: Dataflow,
    code: Code,
}

/// The new code section.
#[derive(Default)]
struct Code {
    /// Functions that it will have.
    count: u32,
    /// Functions that it has.
    written: u32,
    bytes: Vec<u8>,
    hints: BranchHints,
    /// Number of hints.
    branches: usize,
}

impl<'a> Rewriting<'a> {
    fn new(module: &'a [u8]) -> Self {
        Self {
            module,
            output: Vec::with_capacity(module.len().min(MAX_OUTPUT_BYTES)),
            done: 0,
            params_by_type: Vec::new(),
            imported: 0,
            types: Vec::new(),
            dataflow: Dataflow::default(),
            code: Code::default(),
        }
    }

    fn step(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        let section = payload.as_section();
        match payload {
            Payload::Version {
                encoding, range, ..
            } => {
                if encoding == Encoding::Component {
                    return Err(Error::Component);
                }
                return self.copy(range.end);
            }
            Payload::TypeSection(types) => {
                for function in types.into_iter_err_on_gc_types() {
                    self.params_by_type.push(as_u32(function?.params().len())?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        self.imported = self.imported.saturating_add(1);
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                for index in functions {
                    self.types.push(index?);
                }
            }
            Payload::CodeSectionStart { count, range, .. } => {
                self.code.count = count;
                self.done = range.end;
                return self.finish_code_if_complete();
            }
            Payload::CodeSectionEntry(body) => {
                self.add_function(&body)?;
                return self.finish_code_if_complete();
            }
            Payload::CustomSection(section) if section.name().starts_with(CODE_METADATA) => {
                self.done = section.range().end;
                return Ok(());
            }
            _ => {}
        }
        match section {
            Some((_, range)) => self.copy(range.end),
            None => Ok(()),
        }
    }

    /// Copies the module up to an offset, from where it was left.
    fn copy(&mut self, end: usize) -> Result<(), Error> {
        let bytes = self.module.get(self.done..end).unwrap_or_default();
        self.output.extend_from_slice(bytes);
        self.done = end;
        self.check_size()
    }

    fn add_function(&mut self, body: &FunctionBody<'_>) -> Result<(), Error> {
        let params = self.params();
        let rewritten = body::rewrite(&mut self.dataflow, body, params)?;
        let code = &mut self.code;
        match rewritten {
            None => body.as_bytes().encode(&mut code.bytes),
            Some(RewrittenBody { bytes, hints }) => {
                bytes.encode(&mut code.bytes);
                code.branches = code.branches.saturating_add(hints.len());
                let function = self.imported.saturating_add(code.written);
                code.hints.function_hints(function, hints);
            }
        }
        code.written = code.written.saturating_add(1);
        self.check_size()
    }

    /// Returns the number of parameters of the next function.
    fn params(&self) -> u32 {
        usize::try_from(self.code.written)
            .ok()
            .and_then(|function| self.types.get(function))
            .and_then(|index| self.params_by_type.get(usize::try_from(*index).ok()?))
            .copied()
            .unwrap_or(0)
    }

    /// Writes the code section once all of its functions are rewritten.
    fn finish_code_if_complete(&mut self) -> Result<(), Error> {
        let code = &self.code;
        if code.written < code.count {
            return Ok(());
        }
        // The hints must come before the code.
        if !code.hints.is_empty() {
            code.hints.append_to(&mut self.output);
        }
        let mut count = Vec::new();
        code.count.encode(&mut count);
        self.output.push(SectionId::Code.into());
        count
            .len()
            .saturating_add(code.bytes.len())
            .encode(&mut self.output);
        self.output.extend_from_slice(&count);
        self.output.extend_from_slice(&code.bytes);
        self.code = Code::default();
        self.check_size()
    }

    /// Fails as soon as the output is too large, so that memory is bounded.
    fn check_size(&self) -> Result<(), Error> {
        let hints = self.code.branches.saturating_mul(HINT_BYTES);
        let size = self
            .output
            .len()
            .saturating_add(self.code.bytes.len())
            .saturating_add(hints);
        if size > MAX_OUTPUT_BYTES {
            return Err(Error::ModuleTooLarge);
        }
        Ok(())
    }
}

/// Most bytes of one hint.
const HINT_BYTES: usize = 6;

fn as_u32(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::ModuleTooLarge)
}
