//! The limits. Part of the protocol: `docs/decisions/0056-modules-are-checked-before-compiling.md` says what each was
//! measured against.

use super::{Measure, ModuleError};

/// A limit on something that a module has.
pub(super) struct Limit {
    pub(super) what: &'static str,
    /// The most that any module has.
    pub(super) most: u64,
    /// How much more a module has for each 1,024 bytes of code.
    pub(super) per_kib: u64,
}

impl Limit {
    const fn new(what: &'static str, most: u64) -> Self {
        Self::by_size(what, most, 0)
    }

    const fn by_size(what: &'static str, most: u64, per_kib: u64) -> Self {
        Self {
            what,
            most,
            per_kib,
        }
    }

    /// Checks a count.
    ///
    /// # Errors
    /// [`ModuleError::TooMany`].
    pub(super) fn check(&self, found: u64) -> Result<(), ModuleError> {
        self.check_for(found, 0)
    }

    /// Checks a count of a module with so many bytes of code.
    ///
    /// # Errors
    /// [`ModuleError::TooMany`].
    pub(super) fn check_for(&self, found: u64, code_bytes: u64) -> Result<(), ModuleError> {
        let more = code_bytes.saturating_mul(self.per_kib) >> 10;
        let limit = self.most.saturating_add(more);
        if found > limit {
            return Err(ModuleError::TooMany {
                what: self.what,
                found,
                limit,
                by_size: self.per_kib > 0,
            });
        }
        Ok(())
    }
}

pub(super) const MODULE_BYTES: Limit = Limit::new("bytes", 128 << 20);
pub(super) const TYPES: Limit = Limit::new("types", 20_000);
/// With those imported.
pub(super) const FUNCTIONS: Limit = Limit::new("functions", 100_000);
pub(super) const IMPORTS: Limit = Limit::new("imports", 1_000);
pub(super) const EXPORTS: Limit = Limit::new("exports", 20_000);
pub(super) const GLOBALS: Limit = Limit::new("globals", 20_000);
pub(super) const TABLES: Limit = Limit::new("tables", 100);
/// Elements that the tables begin with, together.
pub(super) const TABLE_ELEMENTS: Limit = Limit::new("table elements", 1_000_000);
pub(super) const ELEMENT_SEGMENTS: Limit = Limit::new("element segments", 10_000);
/// Elements in the segments, together.
pub(super) const SEGMENT_ELEMENTS: Limit = Limit::new("elements in segments", 1_000_000);
/// Programs in Go have tens of thousands.
pub(super) const DATA_SEGMENTS: Limit = Limit::new("data segments", 100_000);
/// Those that are written at the start, once those that lie close together are one.
pub(super) const SEGMENTS_APART: Limit = Limit::new("data segments that lie apart", 10_000);

// What the functions have together. Each limit allows one function that is as large as a function can be, and more in
// proportion to the code, so that no small module takes as long as a large one.

/// The squares, because the time grows with the square of a function's branches.
pub(super) const SQUARED_BRANCHES: Limit =
    Limit::by_size("squared branches", 400_000_000, 100 << 10);
pub(super) const VALUES: Limit = Limit::by_size("values in its instructions", 1_000_000, 4 << 10);
pub(super) const BLOCK_VALUES: Limit =
    Limit::by_size("parameters and results of blocks", 5_000, 10);
pub(super) const CARRIED: Limit = Limit::by_size("values over its branches", 10_000_000, 4 << 10);
pub(super) const NAN_CHECKS: Limit = Limit::by_size("float operators", 50_000, 64);

impl Measure {
    /// Returns the limit on what is counted in one function.
    pub(super) const fn limit(self) -> u64 {
        match self {
            Self::Bytes => 1 << 20,
            Self::Locals => 10_000,
            Self::Depth => 5_000,
            Self::LoopDepth => 64,
            Self::Targets => 100_000,
            Self::Branches => 20_000,
            Self::Values => 1_000_000,
            Self::BlockValues => 5_000,
            Self::Carried => 10_000_000,
            Self::NanChecks => 50_000,
        }
    }
}

/// Every limit, as text: one a line.
#[cfg(test)]
pub(in crate::wasm) fn describe() -> String {
    let modules = [
        &MODULE_BYTES,
        &TYPES,
        &FUNCTIONS,
        &IMPORTS,
        &EXPORTS,
        &GLOBALS,
        &TABLES,
        &TABLE_ELEMENTS,
        &ELEMENT_SEGMENTS,
        &SEGMENT_ELEMENTS,
        &DATA_SEGMENTS,
        &SEGMENTS_APART,
        &SQUARED_BRANCHES,
        &VALUES,
        &BLOCK_VALUES,
        &CARRIED,
        &NAN_CHECKS,
    ];
    let modules = modules.map(|limit| {
        format!(
            "module: {} {} + {}\n",
            limit.what, limit.most, limit.per_kib
        )
    });
    let functions = [
        Measure::Bytes,
        Measure::Locals,
        Measure::Depth,
        Measure::LoopDepth,
        Measure::Targets,
        Measure::Branches,
        Measure::Values,
        Measure::BlockValues,
        Measure::Carried,
        Measure::NanChecks,
    ];
    let functions = functions.map(|measure| format!("function: {measure:?} {}\n", measure.limit()));
    modules.concat() + &functions.concat()
}
