//! Why a module is refused, and what to do.

use std::fmt;

use thiserror::Error;

/// Why a module is not one that every machine runs in the same way and compiles in bounded time. The same on every machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModuleError {
    /// The file is WebAssembly text.
    #[error(
        "this is WebAssembly text: turn it into a binary, for instance with `wasm-tools parse`"
    )]
    Text,
    /// The file is a component, as wasm32-wasip2 makes them.
    #[error("this is a component: build for wasm32-wasip1")]
    Component,
    /// The bytes are no WebAssembly binary, break its rules, or use a proposal that is off. Has the reason and its place.
    #[error("the module is not valid: {0}; build it again for wasm32-wasip1, with no other features of WebAssembly")]
    Invalid(String),
    /// The module has exceptions: tags, or instructions of the standard or of the legacy proposal.
    #[error("the module uses exceptions (a tag, `throw`, `try_table`, or the legacy `try`, `catch`, `delegate`, `rethrow`), which no program may: build with `-fno-exceptions`")]
    Exceptions,
    /// The module imports something that is not a function of WASI preview 1.
    #[error("the module imports `{module}::{name}`: a program gets only the functions of `wasi_snapshot_preview1`; build for wasm32-wasip1 and link everything else in")]
    Import {
        /// The module that it is imported from.
        module: String,
        /// What is imported.
        name: String,
    },
    /// A memory is shared between threads.
    #[error("the module has a shared memory: build without threads")]
    SharedMemory,
    /// A memory or a table has 64-bit addresses.
    #[error("the module uses memory64: build for wasm32-wasip1, with 32-bit addresses")]
    Memory64,
    /// A function would run before `_start`. Wasmtime gives no access to the memory of a module that ends there, so all such runs
    /// would have one memory hash, and a worker would know it without running anything.
    #[error("the module has a start section: export `_start` instead")]
    StartSection,
    /// There is no `_start` to call.
    #[error("the module exports no function `_start` without parameters and results: build a command, not a library")]
    NoStart,
    /// There is no memory to read and write.
    #[error("the module exports no memory named `memory`: build it as a WASI command")]
    NoMemory,
    /// The module has more of something than every machine can compile.
    #[error("the module has {} {what}, at most {}{}", Grouped(*.found), Grouped(*.limit), if *.by_size { " for its size" } else { "" })]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much there is, up to where counting stopped.
        found: u64,
        /// The limit.
        limit: u64,
        /// Whether a larger module may have more.
        by_size: bool,
    },
    /// A function has more of something than every machine can compile.
    #[error("function {function} {} {} {}, at most {}: split it, or compile with less inlining", .measure.verb(), Grouped(*.found), .measure.unit(), Grouped(*.limit))]
    FunctionTooLarge {
        /// Index of the function.
        function: u32,
        /// What was counted.
        measure: Measure,
        /// How much there is, up to where counting stopped.
        found: u64,
        /// The limit.
        limit: u64,
    },
}

/// What is counted in a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Bytes of its body.
    Bytes,
    /// Parameters and other locals.
    Locals,
    /// Blocks inside one another.
    Depth,
    /// Loops inside one another.
    LoopDepth,
    /// Targets of its jump tables.
    Targets,
    /// Places where the compiler must begin a new block of code.
    Branches,
    /// Values that its instructions take and give.
    Values,
    /// Parameters and results of its blocks.
    BlockValues,
    /// For each branch, the locals and the values on the stack, which may be alive there.
    Carried,
    /// Operators that can return a NaN, those of vectors twice: each may need a check of its result.
    NanChecks,
}

impl Measure {
    const fn verb(self) -> &'static str {
        match self {
            Self::Bytes => "takes",
            Self::Depth | Self::LoopDepth => "nests",
            Self::Carried => "carries",
            _ => "has",
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Locals => "locals",
            Self::Depth => "blocks deep",
            Self::LoopDepth => "loops deep",
            Self::Targets => "targets in jump tables",
            Self::Branches => "branches",
            Self::Values => "values in its instructions",
            Self::BlockValues => "parameters and results of blocks",
            Self::Carried => "values over its branches",
            Self::NanChecks => "float operators, those of vectors counted twice",
        }
    }
}

/// A number with a comma between thousands.
struct Grouped(u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}
