//! What all functions have together.

use super::functions::{nested_loops, roots};
use super::*;

/// Many functions that are each within the limits are not, unless the module is as large as such modules are.
#[test]
fn all_functions_together_have_what_their_size_allows() {
    let parts = |functions| Parts {
        functions,
        ..Parts::default()
    };
    let block = function(0, |code| {
        for _ in 0..Measure::Branches.limit() {
            code.i32_const(0).drop();
            code.block(BlockType::Empty).end();
        }
    });
    assert_eq!(check_module(&parts(9).module_of(&block, 0)), Ok(()));
    let result = check_module(&parts(9).module_of(&block, 9));
    assert!(
        matches!(
            result,
            Err(ModuleError::TooMany {
                what: "squared branches",
                by_size: true,
                ..
            })
        ),
        "{result:?}"
    );
}

#[test]
fn float_operators_together_are_what_their_size_allows() {
    let parts = |functions| Parts {
        functions,
        ..Parts::default()
    };
    let floats = roots(0, Measure::NanChecks.limit());
    assert_eq!(check_module(&parts(1).module_of(&floats, 0)), Ok(()));
    let result = check_module(&parts(1).module_of(&floats, 1));
    assert!(
        matches!(
            result,
            Err(ModuleError::TooMany {
                what: "float operators",
                by_size: true,
                ..
            })
        ),
        "{result:?}"
    );
}

#[test]
fn modules_made_to_keep_a_compiler_busy_are_refused() {
    // 28 KB: 100 s and 5.3 GB. 16 KB: 20 s and 1.8 GB.
    for count in [1_800, 1_000] {
        assert_eq!(
            check_function(&nested_loops(count, count)),
            too_large(Measure::LoopDepth, Measure::LoopDepth.limit() + 1)
        );
    }
    // 3.8 MB: 88 s and 5.7 GB.
    let parts = Parts {
        functions: 999_999,
        ..Parts::default()
    };
    let result = check_module(&parts.module(&nothing()));
    assert!(
        matches!(
            result,
            Err(ModuleError::TooMany {
                what: "functions",
                ..
            })
        ),
        "{result:?}"
    );
}
