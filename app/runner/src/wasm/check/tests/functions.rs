//! What one function has.

use super::*;

#[test]
fn a_function_has_its_bytes_up_to_the_limit() {
    let limit = Measure::Bytes.limit();
    // Beside the `nop`s: one group of no locals, and the end.
    let nops = |count| {
        function(0, |code| {
            for _ in 0..count {
                code.nop();
            }
        })
    };
    let most = limit - 4;
    assert_eq!(check_function(&nops(most)), Ok(()));
    assert_eq!(
        check_function(&nops(most + 1)),
        too_large(Measure::Bytes, limit + 1)
    );
}

#[test]
fn a_function_has_its_locals_up_to_the_limit() {
    let limit = Measure::Locals.limit();
    let locals = |count| function(small(count), |_| {});
    assert_eq!(check_function(&locals(limit)), Ok(()));
    assert_eq!(
        check_function(&locals(limit + 1)),
        too_large(Measure::Locals, limit + 1)
    );
}

#[test]
fn a_function_nests_its_blocks_up_to_the_limit() {
    let limit = Measure::Depth.limit();
    let blocks = |count| {
        function(0, |code| {
            for _ in 0..count {
                code.block(BlockType::Empty);
            }
            for _ in 0..count {
                code.end();
            }
        })
    };
    assert_eq!(check_function(&blocks(limit)), Ok(()));
    assert_eq!(
        check_function(&blocks(limit + 1)),
        too_large(Measure::Depth, limit + 1)
    );
}

/// `count` loops inside one another, with so many locals, each of which is changed in the innermost.
pub(super) fn nested_loops(count: u64, locals: u64) -> Function {
    function(small(locals), |code| {
        for _ in 0..count {
            code.loop_(BlockType::Empty);
        }
        for local in 0..small(locals) {
            code.local_get(local)
                .i32_const(1)
                .i32_add()
                .local_set(local);
        }
        for _ in 0..count {
            code.end();
        }
    })
}

#[test]
fn a_function_nests_its_loops_up_to_the_limit() {
    let limit = Measure::LoopDepth.limit();
    assert_eq!(check_function(&nested_loops(limit, 0)), Ok(()));
    assert_eq!(
        check_function(&nested_loops(limit + 1, 0)),
        too_large(Measure::LoopDepth, limit + 1)
    );
    // Side by side there may be more.
    let loops = function(0, |code| {
        for _ in 0..=limit {
            code.loop_(BlockType::Empty).end();
        }
    });
    assert_eq!(check_function(&loops), Ok(()));
}

#[test]
fn a_function_has_its_jump_targets_up_to_the_limit() {
    let limit = Measure::Targets.limit();
    let tables = |first: u64, second: u64| {
        function(0, |code| {
            for count in [first, second] {
                code.block(BlockType::Empty).i32_const(0);
                code.br_table(vec![0; count as usize], 0).end();
            }
        })
    };
    assert_eq!(check_function(&tables(limit - 10, 10)), Ok(()));
    assert_eq!(
        check_function(&tables(limit - 10, 11)),
        too_large(Measure::Targets, limit + 1)
    );
}

/// Blocks side by side, with so many locals and values on the stack.
fn branches(locals: u64, stack: u64, count: u64) -> Function {
    function(small(locals), |code| {
        for _ in 0..stack {
            code.i32_const(0);
        }
        for _ in 0..count {
            code.block(BlockType::Empty).end();
        }
        for _ in 0..stack {
            code.drop();
        }
    })
}

#[test]
fn a_function_has_its_branches_up_to_the_limit() {
    let limit = Measure::Branches.limit();
    assert_eq!(check_function(&branches(0, 0, limit)), Ok(()));
    assert_eq!(
        check_function(&branches(0, 0, limit + 1)),
        too_large(Measure::Branches, limit + 1)
    );
    // Loops take the compiler longer.
    let loops = |count| {
        function(0, |code| {
            for _ in 0..count {
                code.loop_(BlockType::Empty).end();
            }
        })
    };
    assert_eq!(check_function(&loops(limit / 4)), Ok(()));
    assert_eq!(
        check_function(&loops(limit / 4 + 1)),
        too_large(Measure::Branches, limit + 4)
    );
}

#[test]
fn locals_and_values_on_the_stack_count_at_each_branch() {
    let limit = Measure::Carried.limit();
    let count = limit / 1_000;
    assert_eq!(check_function(&branches(600, 400, count)), Ok(()));
    assert_eq!(
        check_function(&branches(600, 400, count + 1)),
        too_large(Measure::Carried, limit + 1_000)
    );
    // The fifth loop counts five times.
    let loops = |locals| nested_loops(5, locals);
    let each = 1 + 2 + 3 + 4 + 5;
    let locals = Measure::Locals.limit();
    assert!(locals * each < limit);
    assert_eq!(check_function(&loops(locals)), Ok(()));
    let deep = Measure::LoopDepth.limit();
    let result = check_function(&nested_loops(deep, locals));
    assert!(
        matches!(result, Err(ModuleError::FunctionTooLarge { measure, .. }) if measure == Measure::Carried),
        "{result:?}"
    );
}

/// `count` roots of one number, with so many other locals.
pub(super) fn roots(locals: u64, count: u64) -> Function {
    function(small(locals), |code| {
        code.f64_const(2.0.into());
        for _ in 0..count {
            code.f64_sqrt();
        }
        code.drop();
    })
}

#[test]
fn a_function_has_its_float_operators_up_to_the_limit() {
    let limit = Measure::NanChecks.limit();
    assert_eq!(check_function(&roots(0, limit)), Ok(()));
    assert_eq!(
        check_function(&roots(0, limit + 1)),
        too_large(Measure::NanChecks, limit + 1)
    );
    // Vectors take the compiler twice as long.
    let vectors = |count| {
        function(0, |code| {
            code.v128_const(0);
            for _ in 0..count {
                code.f32x4_sqrt();
            }
            code.drop();
        })
    };
    assert_eq!(check_function(&vectors(limit / 2)), Ok(()));
    assert_eq!(
        check_function(&vectors(limit / 2 + 1)),
        too_large(Measure::NanChecks, limit + 2)
    );
    // Numbers that are only moved need no check.
    let moves = function(0, |code| {
        code.f64_const(2.0.into());
        for _ in 0..=limit {
            code.f64_neg();
        }
        code.drop();
    });
    assert_eq!(check_function(&moves), Ok(()));
}

#[test]
fn locals_count_at_each_float_operator() {
    let limit = Measure::Carried.limit();
    // With the number on the stack.
    assert_eq!(check_function(&roots(999, limit / 1_000)), Ok(()));
    assert_eq!(
        check_function(&roots(999, limit / 1_000 + 1)),
        too_large(Measure::Carried, limit + 1_000)
    );
}

/// `count` calls of a function that takes and gives a hundred values.
fn calls(count: u64) -> Vec<u8> {
    const VALUES: usize = 100;
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types
        .ty()
        .function([ValType::I32; VALUES], [ValType::I32; VALUES]);
    module.section(&types);
    let mut functions = FunctionSection::new();
    functions.function(0);
    functions.function(1);
    module.section(&functions);
    let mut memories = MemorySection::new();
    memories.memory(memory());
    module.section(&memories);
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("_start", ExportKind::Func, 0);
    module.section(&exports);
    let mut code = CodeSection::new();
    code.function(&function(0, |code| {
        for _ in 0..VALUES {
            code.i32_const(0);
        }
        for _ in 0..count {
            code.call(1);
        }
        for _ in 0..VALUES {
            code.drop();
        }
    }));
    code.function(&function(0, |code| {
        for local in 0..VALUES {
            code.local_get(local as u32);
        }
    }));
    module.section(&code);
    module.finish()
}

#[test]
fn a_function_has_its_values_up_to_the_limit() {
    // Beside the calls: a hundred constants and as many drops.
    let most = (Measure::Values.limit() - 200) / 200;
    assert_eq!(check_module(&calls(most)), Ok(()));
    let found = (most + 2) * 200 - 100;
    assert_eq!(
        check_module(&calls(most + 1)),
        too_large(Measure::Values, found.max(Measure::Values.limit() + 1))
    );
}

#[test]
fn a_function_has_its_block_parameters_and_results_up_to_the_limit() {
    let limit = Measure::BlockValues.limit();
    let blocks = |count| {
        function(0, |code| {
            for _ in 0..count {
                code.block(BlockType::Result(ValType::I32));
                code.i32_const(0).end().drop();
            }
        })
    };
    assert_eq!(check_function(&blocks(limit)), Ok(()));
    assert_eq!(
        check_function(&blocks(limit + 1)),
        too_large(Measure::BlockValues, limit + 1)
    );
}
