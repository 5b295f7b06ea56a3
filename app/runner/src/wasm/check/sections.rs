//! The check of everything but the code: how many parts there are, and what the module asks of its host.

use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{ElementItems, ImportSectionReader, MemoryType, Payload, TableType, TypeRef};

use super::limits::{self, Limit};
use super::ModuleError;
use crate::wasm::{segments, wasi};

/// What was counted so far.
#[derive(Default)]
pub(super) struct Sections {
    functions: u64,
    table_elements: u64,
    segment_elements: u64,
    /// Instructions may name data segments.
    has_data_count: bool,
}

impl Sections {
    /// Checks one section, or the head of one.
    ///
    /// # Errors
    /// [`ModuleError`].
    pub(super) fn check(&mut self, payload: &Payload<'_>) -> Result<(), ModuleError> {
        match payload {
            Payload::TypeSection(types) => limits::TYPES.check(types.count().into())?,
            Payload::ImportSection(imports) => self.check_imports(imports)?,
            Payload::FunctionSection(functions) => {
                let count = u64::from(functions.count());
                add(&mut self.functions, count, &limits::FUNCTIONS)?;
            }
            Payload::TableSection(tables) => {
                limits::TABLES.check(tables.count().into())?;
                for table in tables.clone() {
                    self.check_table(&table?.ty)?;
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories.clone() {
                    check_memory(&memory?)?;
                }
            }
            Payload::TagSection(_) => return Err(ModuleError::Exceptions),
            Payload::GlobalSection(globals) => limits::GLOBALS.check(globals.count().into())?,
            Payload::ExportSection(exports) => limits::EXPORTS.check(exports.count().into())?,
            Payload::StartSection { .. } => return Err(ModuleError::StartSection),
            Payload::ElementSection(elements) => {
                limits::ELEMENT_SEGMENTS.check(elements.count().into())?;
                for segment in elements.clone() {
                    let count = match segment?.items {
                        ElementItems::Functions(functions) => functions.count(),
                        ElementItems::Expressions(_, expressions) => expressions.count(),
                    };
                    let sum = &mut self.segment_elements;
                    add(sum, count.into(), &limits::SEGMENT_ELEMENTS)?;
                }
            }
            Payload::DataCountSection { .. } => self.has_data_count = true,
            Payload::DataSection(data) => {
                limits::DATA_SEGMENTS.check(data.count().into())?;
                limits::SEGMENTS_APART.check(segments::count(data, self.has_data_count)?)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Checks that a module imports only functions of WASI preview 1.
    fn check_imports(&mut self, imports: &ImportSectionReader<'_>) -> Result<(), ModuleError> {
        limits::IMPORTS.check(imports.count().into())?;
        for import in imports.clone().into_imports() {
            let import = import?;
            if import.module != wasi::MODULE || !matches!(import.ty, TypeRef::Func(_)) {
                return Err(ModuleError::Import {
                    module: import.module.into(),
                    name: import.name.into(),
                });
            }
            add(&mut self.functions, 1, &limits::FUNCTIONS)?;
        }
        Ok(())
    }

    fn check_table(&mut self, table: &TableType) -> Result<(), ModuleError> {
        if table.table64 {
            return Err(ModuleError::Memory64);
        }
        let sum = &mut self.table_elements;
        add(sum, table.initial, &limits::TABLE_ELEMENTS)
    }
}

/// Adds to a sum and checks it.
fn add(sum: &mut u64, count: u64, limit: &Limit) -> Result<(), ModuleError> {
    *sum = sum.saturating_add(count);
    limit.check(*sum)
}

fn check_memory(memory: &MemoryType) -> Result<(), ModuleError> {
    if memory.shared {
        return Err(ModuleError::SharedMemory);
    }
    if memory.memory64 {
        return Err(ModuleError::Memory64);
    }
    Ok(())
}

/// Checks that a valid module is a WASI command: it exports a function `_start` and a memory.
///
/// # Errors
/// [`ModuleError::NoStart`] and [`ModuleError::NoMemory`].
pub(super) fn check_exports(types: TypesRef<'_>) -> Result<(), ModuleError> {
    let export = |name| {
        let mut exports = types.core_exports().into_iter().flatten();
        exports.find_map(|(found, ty)| (found == name).then_some(ty))
    };
    match export("_start") {
        Some(EntityType::Func(id)) => {
            let start = types[id].unwrap_func();
            if !start.params().is_empty() || !start.results().is_empty() {
                return Err(ModuleError::NoStart);
            }
        }
        _ => return Err(ModuleError::NoStart),
    }
    match export("memory") {
        Some(EntityType::Memory(_)) => Ok(()),
        _ => Err(ModuleError::NoMemory),
    }
}
