//! Each limit, and each refusal by name. Whether modules within the limits compile in bounded time is measured by hand: see
//! `docs/decisions/0056-modules-are-checked-before-compiling.md`.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    InstructionSink, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};

use super::{check_module, Measure, ModuleError};

/// How many of each part a module has, beside `_start` and its memory.
#[derive(Default, Clone)]
struct Parts {
    types: u32,
    imports: u32,
    functions: u32,
    tables: u32,
    table_elements: u64,
    globals: u32,
    exports: u32,
    element_segments: u32,
    segment_elements: u32,
    data_segments: u32,
}

impl Parts {
    /// Returns a valid command with these parts and `start` as its `_start`.
    fn module(&self, start: &Function) -> Vec<u8> {
        self.module_of(start, 0)
    }

    /// The same, where so many of the other functions are the same as `start`.
    fn module_of(&self, start: &Function, same: u32) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        for _ in 0..self.types {
            types.ty().function([ValType::I32], []);
        }
        module.section(&types);
        let mut imports = ImportSection::new();
        for _ in 0..self.imports {
            imports.import(
                "wasi_snapshot_preview1",
                "sched_yield",
                EntityType::Function(0),
            );
        }
        module.section(&imports);
        let mut functions = FunctionSection::new();
        for _ in 0..=self.functions {
            functions.function(0);
        }
        module.section(&functions);
        self.add_tables(&mut module);
        let mut memories = MemorySection::new();
        memories.memory(memory());
        module.section(&memories);
        self.add_globals(&mut module);
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0);
        exports.export("_start", ExportKind::Func, self.imports);
        for index in 0..self.exports {
            exports.export(&format!("export {index}"), ExportKind::Func, self.imports);
        }
        module.section(&exports);
        self.add_elements(&mut module);
        let mut code = CodeSection::new();
        code.function(start);
        let nothing = nothing();
        for index in 0..self.functions {
            let other = if index < same { start } else { &nothing };
            code.function(other);
        }
        module.section(&code);
        let mut data = DataSection::new();
        for _ in 0..self.data_segments {
            data.passive([]);
        }
        module.section(&data);
        module.finish()
    }

    fn add_tables(&self, module: &mut Module) {
        let mut tables = TableSection::new();
        for index in 0..self.tables {
            tables.table(TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: if index == 0 { self.table_elements } else { 0 },
                maximum: None,
                shared: false,
            });
        }
        module.section(&tables);
    }

    fn add_globals(&self, module: &mut Module) {
        let mut globals = GlobalSection::new();
        for _ in 0..self.globals {
            let ty = GlobalType {
                val_type: ValType::I32,
                mutable: true,
                shared: false,
            };
            globals.global(ty, &ConstExpr::i32_const(0));
        }
        module.section(&globals);
    }

    fn add_elements(&self, module: &mut Module) {
        let mut elements = ElementSection::new();
        for index in 0..self.element_segments {
            let count = if index == 0 { self.segment_elements } else { 0 };
            let functions = vec![self.imports; count as usize];
            elements.passive(Elements::Functions(functions.into()));
        }
        module.section(&elements);
    }
}

fn memory() -> MemoryType {
    MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    }
}

/// A function with so many locals and this code.
fn function(locals: u32, code: impl FnOnce(&mut InstructionSink<'_>)) -> Function {
    let mut function = Function::new([(locals, ValType::I32)]);
    let mut sink = function.instructions();
    code(&mut sink);
    sink.end();
    function
}

fn nothing() -> Function {
    function(0, |_| {})
}

/// Checks a command whose `_start` is this function.
fn check_function(function: &Function) -> Result<(), ModuleError> {
    check_module(&Parts::default().module(function))
}

fn too_large(measure: Measure, found: u64) -> Result<(), ModuleError> {
    Err(ModuleError::FunctionTooLarge {
        function: 0,
        measure,
        found,
        limit: measure.limit(),
    })
}

/// Sets the number of one part.
type SetPart = fn(&mut Parts, u64);

fn small(count: u64) -> u32 {
    count.try_into().unwrap()
}

#[test]
fn a_module_has_each_part_up_to_its_limit_and_not_once_more() {
    use super::limits;
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
    let limit = super::limits::MODULE_BYTES.most;
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
fn nested_loops(count: u64, locals: u64) -> Function {
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
