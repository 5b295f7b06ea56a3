//! Rewrites one function.

use wasm_encoder::{BranchHint, Encode, ValType};
use wasmparser::FunctionBody;

use crate::check::{local_type, Check};
use crate::dataflow::{Dataflow, OpenResult};
use crate::limits::{ADDED_LOCALS, ENGINE_FUNCTION_BYTES, MAX_LOCALS};
use crate::operators::{classify, Shape};
use crate::Error;

/// A function with checks.
pub(crate) struct RewrittenBody {
    /// Its body, from the declarations of locals to the last `end`.
    pub(crate) bytes: Vec<u8>,
    /// Which way the branches of the checks usually go, in the order of the code.
    pub(crate) hints: Vec<BranchHint>,
}

/// The declarations of locals in a function's body.
struct Declarations {
    /// Number of the declarations.
    count: u32,
    /// Offsets in the body between which they are.
    start: usize,
    end: usize,
    /// Locals that they declare.
    locals: u32,
}

/// Adds checks to a function with this many parameters. Returns `None` if it needs none.
///
/// # Errors
/// [`Error`].
pub(crate) fn rewrite(
    dataflow: &mut Dataflow,
    body: &FunctionBody<'_>,
    params: u32,
) -> Result<Option<RewrittenBody>, Error> {
    let results = seen_results(dataflow, body)?;
    if results.is_empty() {
        return Ok(None);
    }
    let declarations = read_declarations(body)?;
    let locals = params.saturating_add(declarations.locals);
    if locals > MAX_LOCALS {
        return Err(Error::TooManyLocals { locals });
    }
    let checks = Checks::new(&results, locals);
    let source = body.as_bytes();
    let mut bytes = Vec::with_capacity(source.len().saturating_mul(2));
    checks
        .count()
        .saturating_add(declarations.count)
        .encode(&mut bytes);
    bytes.extend_from_slice(slice(source, declarations.start, declarations.end));
    checks.declare_locals(&mut bytes);
    let mut copied = declarations.end;
    let mut hints = Vec::with_capacity(results.len());
    for result in &results {
        bytes.extend_from_slice(slice(source, copied, result.end));
        copied = result.end;
        if let Some(check) = checks.of(result.shape) {
            hints.push(hint(
                bytes.len().saturating_add(check.branch),
                check.is_usual,
            )?);
            bytes.extend_from_slice(&check.code);
        }
        if bytes.len() > ENGINE_FUNCTION_BYTES {
            break;
        }
    }
    bytes.extend_from_slice(slice(source, copied, source.len()));
    if bytes.len() > ENGINE_FUNCTION_BYTES {
        return Err(Error::FunctionTooLarge {
            bytes: source.len(),
        });
    }
    Ok(Some(RewrittenBody { bytes, hints }))
}

/// Returns the results of a function that need a check.
fn seen_results(
    dataflow: &mut Dataflow,
    body: &FunctionBody<'_>,
) -> Result<Vec<OpenResult>, Error> {
    let start = body.range().start;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read()?;
        let class = classify(&operator).ok_or(Error::UnsupportedOperator { offset })?;
        let end = operators.original_position().saturating_sub(start);
        dataflow.step(class, end)?;
    }
    operators.finish()?;
    Ok(dataflow.finish())
}

fn read_declarations(body: &FunctionBody<'_>) -> Result<Declarations, Error> {
    let body_start = body.range().start;
    let mut reader = body.get_locals_reader()?;
    let start = reader.original_position().saturating_sub(body_start);
    let count = reader.get_count();
    let mut locals = 0_u32;
    for _ in 0..count {
        let (same, _) = reader.read()?;
        locals = locals.saturating_add(same);
    }
    Ok(Declarations {
        count,
        start,
        end: reader.original_position().saturating_sub(body_start),
        locals,
    })
}

/// The checks of a function and the locals that they use, which follow the function's own: one of each type.
#[derive(Default)]
struct Checks {
    locals: Vec<ValType>,
    checks: Vec<(Shape, Check)>,
}

impl Checks {
    /// Returns the checks for `results` in a function that has this many locals.
    fn new(results: &[OpenResult], locals: u32) -> Self {
        let mut checks = Self::default();
        for result in results {
            if checks.of(result.shape).is_none() {
                let index = checks.local(local_type(result.shape));
                let check = Check::new(result.shape, locals.saturating_add(index));
                checks.checks.push((result.shape, check));
            }
        }
        checks
    }

    /// Returns the place of the local of this type among the added ones. Adds it if it is missing.
    fn local(&mut self, needed: ValType) -> u32 {
        let index = (0..).zip(&self.locals).find(|(_, local)| **local == needed);
        let Some((index, _)) = index else {
            let index = self.count();
            self.locals.push(needed);
            return index;
        };
        index
    }

    fn of(&self, shape: Shape) -> Option<&Check> {
        let found = self.checks.iter().find(|(other, _)| *other == shape);
        found.map(|(_, check)| check)
    }

    /// Returns the number of added locals, at most [`ADDED_LOCALS`].
    fn count(&self) -> u32 {
        u32::try_from(self.locals.len()).unwrap_or(ADDED_LOCALS)
    }

    /// Appends the declarations of the locals, each by itself.
    fn declare_locals(&self, bytes: &mut Vec<u8>) {
        for local in &self.locals {
            1_u32.encode(bytes);
            local.encode(bytes);
        }
    }
}

fn hint(offset: usize, is_usual: bool) -> Result<BranchHint, Error> {
    Ok(BranchHint {
        branch_func_offset: u32::try_from(offset).map_err(|_| Error::ModuleTooLarge)?,
        branch_hint_value: is_usual.into(),
    })
}

/// Returns the bytes between two offsets, which the parser has found in them.
fn slice(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.get(start..end).unwrap_or_default()
}
