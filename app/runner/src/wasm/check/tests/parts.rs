//! What a module has beside its code.

use super::super::limits;
use super::*;

/// Sets the number of one part.
type SetPart = fn(&mut Parts, u64);

#[test]
fn a_module_has_each_part_up_to_its_limit_and_not_once_more() {
    // A module has parts before those that are added: `_start` and its type, and two exports.
    let cases: &[(&limits::Limit, u64, SetPart)] = &[
        (&limits::TYPES, 1, |parts, n| parts.types = small(n)),
        (&limits::IMPORTS, 0, |parts, n| parts.imports = small(n)),
        (&limits::FUNCTIONS, 1, |parts, n| parts.functions = small(n)),
        (&limits::FUNCTIONS, 8, |parts, n| {
            (parts.imports, parts.functions) = (7, small(n));
        }),
        (&limits::TABLES, 0, |parts, n| parts.tables = small(n)),
        (&limits::TABLE_ELEMENTS, 0, |parts, n| {
            (parts.tables, parts.table_elements) = (2, n);
        }),
        (&limits::GLOBALS, 0, |parts, n| parts.globals = small(n)),
        (&limits::EXPORTS, 2, |parts, n| parts.exports = small(n)),
        (&limits::ELEMENT_SEGMENTS, 0, |parts, n| {
            parts.element_segments = small(n);
        }),
        (&limits::SEGMENT_ELEMENTS, 0, |parts, n| {
            (parts.element_segments, parts.segment_elements) = (2, small(n));
        }),
        (&limits::DATA_SEGMENTS, 0, |parts, n| {
            parts.data_segments = small(n);
        }),
    ];
    for (limit, present, set) in cases {
        let mut parts = Parts::default();
        set(&mut parts, limit.most - present);
        let what = limit.what;
        assert_eq!(check_module(&parts.module(&nothing())), Ok(()), "{what}");
        set(&mut parts, limit.most - present + 1);
        let expected = Err(ModuleError::TooMany {
            what,
            found: limit.most + 1,
            limit: limit.most,
            by_size: false,
        });
        assert_eq!(check_module(&parts.module(&nothing())), expected, "{what}");
    }
}

#[test]
fn a_file_has_its_bytes_up_to_the_limit() {
    let limit = limits::MODULE_BYTES.most;
    // A custom section with an empty name fills it up.
    let mut module = Parts::default().module(&nothing());
    let content = usize::try_from(limit).unwrap() - module.len() - 5;
    module.push(0);
    for shift in [0, 7, 14, 21] {
        let more = if shift == 21 { 0 } else { 0x80 };
        module.push(u8::try_from((content >> shift) & 0x7f).unwrap() | more);
    }
    module.resize(module.len() + content, 0);
    assert_eq!(module.len() as u64, limit);
    assert_eq!(check_module(&module), Ok(()));
    module.push(0);
    let expected = Err(ModuleError::TooMany {
        what: "bytes",
        found: limit + 1,
        limit,
        by_size: false,
    });
    assert_eq!(check_module(&module), expected);
}

/// A large program in C++ has that many.
#[test]
fn sixty_thousand_functions_pass() {
    let parts = Parts {
        functions: 60_000,
        tables: 1,
        table_elements: 60_000,
        element_segments: 1,
        segment_elements: 60_000,
        globals: 500,
        types: 1_000,
        ..Parts::default()
    };
    assert_eq!(check_module(&parts.module(&nothing())), Ok(()));
}

/// A command with so many segments of one byte, each so far behind the one before.
fn with_segments(count: u64, distance: u64) -> Vec<u8> {
    let mut data = DataSection::new();
    for index in 0..count {
        let at = i32::try_from(index * distance).unwrap();
        data.active(0, &ConstExpr::i32_const(at), [7]);
    }
    let mut module = Parts::default().module(&nothing());
    // The builder ends with an empty data section: its id, its size and its count.
    assert_eq!(module.split_off(module.len() - 3), [11, 1, 0]);
    wasm_encoder::Section::append_to(&data, &mut module);
    module
}

/// Linkers make many small segments, which become few. Code is made of each that is left.
#[test]
fn a_module_has_its_segments_apart_up_to_the_limit_and_more_if_they_become_one() {
    let limit = limits::SEGMENTS_APART.most;
    let close = with_segments(limits::DATA_SEGMENTS.most, 257);
    assert_eq!(check_module(&close), Ok(()));
    assert_eq!(check_module(&with_segments(limit, 258)), Ok(()));
    let expected = Err(ModuleError::TooMany {
        what: limits::SEGMENTS_APART.what,
        found: limit + 1,
        limit,
        by_size: false,
    });
    assert_eq!(check_module(&with_segments(limit + 1, 258)), expected);
}
