//! Data segments that lie close together become one.
//!
//! The engine makes code of each segment that is written at the start. Linkers make tens of thousands of them, because they leave
//! out runs of zeros: 31,000 segments of a Go program of 2.6 MB took 480 MB and four seconds to compile. With the zeros between
//! them they are a handful.
//!
//! Nothing changes for the program: a new memory is zero, and the segments are merged only if none of them writes where another
//! one did, and no instruction names one. A segment that reaches outside of the memory is a trap before anything runs, merged or
//! not. What is written costs fuel, the zeros too.

use std::borrow::Cow;

use wasm_encoder::{ConstExpr, DataSection, Section};
use wasmparser::{BinaryReaderError, DataKind, DataSectionReader, Operator, Parser, Payload};

/// Most zeros between two segments that become one. Part of the protocol.
pub(super) const MAX_GAP: u64 = 256;

/// Segments that become one.
struct Run<'a> {
    /// Where it begins in the memory.
    start: u32,
    /// Where it ends.
    end: u64,
    /// The segments, with their addresses.
    parts: Vec<(u32, &'a [u8])>,
}

/// Returns how many segments of a valid module the engine makes code of. `are_named` says whether the module has a section with the
/// number of its segments, without which no instruction can name one.
///
/// # Errors
/// When the section cannot be read.
pub(super) fn count(
    data: &DataSectionReader<'_>,
    are_named: bool,
) -> Result<u64, BinaryReaderError> {
    if let Some(runs) = runs(data, are_named)? {
        return Ok(runs.len() as u64);
    }
    let mut active = 0;
    for segment in data.clone() {
        active += u64::from(matches!(segment?.kind, DataKind::Active { .. }));
    }
    Ok(active)
}

/// Returns a valid module with fewer segments, or the module itself.
///
/// # Errors
/// When the module cannot be read.
pub(super) fn merge(module: &[u8]) -> Result<Cow<'_, [u8]>, BinaryReaderError> {
    let (mut are_named, mut section_start) = (false, 0);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::DataSection(data) = &payload {
            let Some(runs) =
                runs(data, are_named)?.filter(|runs| runs.len() < data.count() as usize)
            else {
                break;
            };
            let mut merged = module.get(..section_start).unwrap_or_default().to_vec();
            section_of(&runs).append_to(&mut merged);
            let rest = module.get(data.range().end..).unwrap_or_default();
            merged.extend_from_slice(rest);
            return Ok(merged.into());
        }
        are_named |= matches!(payload, Payload::DataCountSection { .. });
        // The head of a section begins where the one before ends.
        match &payload {
            Payload::Version { range, .. } => section_start = range.end,
            other => {
                if let Some((_, range)) = other.as_section() {
                    section_start = range.end;
                }
            }
        }
    }
    Ok(module.into())
}

/// Returns the segments in runs, or `None` if they must stay as they are.
fn runs<'a>(
    data: &DataSectionReader<'a>,
    are_named: bool,
) -> Result<Option<Vec<Run<'a>>>, BinaryReaderError> {
    if are_named {
        return Ok(None);
    }
    let mut runs: Vec<Run<'a>> = Vec::new();
    for segment in data.clone() {
        let segment = segment?;
        let DataKind::Active {
            memory_index: 0,
            offset_expr,
        } = segment.kind
        else {
            return Ok(None);
        };
        let mut operators = offset_expr.get_operators_reader();
        let (Operator::I32Const { value }, Operator::End) = (operators.read()?, operators.read()?)
        else {
            return Ok(None);
        };
        let start = value.cast_unsigned();
        let end = u64::from(start).saturating_add(segment.data.len() as u64);
        let part = (start, segment.data);
        let last_end = runs.last().map_or(0, |last| last.end);
        let Some(gap) = u64::from(start).checked_sub(last_end) else {
            // It may write where another one did.
            return Ok(None);
        };
        match runs.last_mut() {
            Some(last) if gap <= MAX_GAP => {
                last.end = end;
                last.parts.push(part);
            }
            _ => runs.push(Run {
                start,
                end,
                parts: vec![part],
            }),
        }
    }
    Ok(Some(runs))
}

fn section_of(runs: &[Run<'_>]) -> DataSection {
    let mut section = DataSection::new();
    for run in runs {
        let mut bytes = Vec::new();
        for (start, data) in &run.parts {
            // The zeros before it. The parts of a run do not overlap.
            let offset = start.wrapping_sub(run.start) as usize;
            bytes.resize(offset, 0);
            bytes.extend_from_slice(data);
        }
        section.active(0, &ConstExpr::i32_const(run.start.cast_signed()), bytes);
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the segments of a module: address and content; `None` for the address of one that is passive or computed.
    fn segments(module: &[u8]) -> Vec<(Option<i32>, Vec<u8>)> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            let Payload::DataSection(data) = payload.unwrap() else {
                continue;
            };
            for segment in data {
                let segment = segment.unwrap();
                let address = match segment.kind {
                    DataKind::Passive => None,
                    DataKind::Active { offset_expr, .. } => {
                        match offset_expr.get_operators_reader().read().unwrap() {
                            Operator::I32Const { value } => Some(value),
                            _ => None,
                        }
                    }
                };
                found.push((address, segment.data.to_vec()));
            }
        }
        found
    }

    fn module(data: &str, more: &str) -> Vec<u8> {
        let text = format!(
            r#"(module (memory (export "memory") 1) (global $g i32 (i32.const 3)) {data}
                (func (export "_start") {more}))"#
        );
        wat::parse_str(text).unwrap()
    }

    fn merged(data: &str, more: &str) -> Vec<(Option<i32>, Vec<u8>)> {
        let module = module(data, more);
        let merged = merge(&module).unwrap();
        wasmparser::validate(&merged).unwrap();
        segments(&merged)
    }

    #[test]
    fn segments_with_few_zeros_between_them_become_one() {
        let found = merged(
            r#"(data (i32.const 8) "ab") (data (i32.const 10) "c") (data (i32.const 267) "d") (data (i32.const 525) "e")"#,
            "",
        );
        let mut first = b"abc".to_vec();
        first.resize(3 + 256, 0);
        first.push(b'd');
        assert_eq!(found, [(Some(8), first), (Some(525), b"e".to_vec())]);
    }

    #[test]
    fn the_rest_of_the_module_is_the_same() {
        let data = r#"(data (i32.const 8) "ab") (data (i32.const 10) "c")"#;
        let original = module(data, "(drop (i32.const 7))");
        let one = module(r#"(data (i32.const 8) "abc")"#, "(drop (i32.const 7))");
        assert_eq!(*merge(&original).unwrap(), one);
        // One that needs nothing is not copied.
        assert!(matches!(merge(&one).unwrap(), Cow::Borrowed(_)));
    }

    #[test]
    fn segments_that_overlap_are_out_of_order_computed_or_named_stay() {
        for (data, more) in [
            (
                r#"(data (i32.const 8) "abc") (data (i32.const 10) "d")"#,
                "",
            ),
            (r#"(data (i32.const 8) "abc") (data (i32.const 4) "d")"#, ""),
            (
                r#"(data (i32.const 8) "abc") (data (global.get $g) "d")"#,
                "",
            ),
            (r#"(data (i32.const 8) "abc") (data "d")"#, ""),
            (
                r#"(data (i32.const 8) "abc") (data $d (i32.const 11) "d")"#,
                "(data.drop $d)",
            ),
        ] {
            let original = module(data, more);
            let merged = merge(&original).unwrap();
            assert!(matches!(merged, Cow::Borrowed(_)), "{data}");
            assert_eq!(segments(&merged).len(), 2, "{data}");
        }
    }

    #[test]
    fn a_segment_at_the_end_of_all_addresses_is_read() {
        let found = merged(r#"(data (i32.const -2) "a") (data (i32.const -1) "b")"#, "");
        assert_eq!(found, [(Some(-2), b"ab".to_vec())]);
    }
}
