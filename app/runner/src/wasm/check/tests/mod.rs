//! Each limit, and each refusal by name. Whether modules within the limits compile in bounded time is measured by hand: see
//! `docs/decisions/0056-modules-are-checked-before-compiling.md`.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    InstructionSink, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};

use super::{check_module, Measure, ModuleError};

mod functions;
mod parts;
mod whole;

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

fn small(count: u64) -> u32 {
    count.try_into().unwrap()
}
