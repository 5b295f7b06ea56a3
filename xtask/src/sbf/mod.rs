//! Builds programs to SBF bytecode by one of two routes: Solana's own toolchain, or upstream Rust and LLVM where that is not
//! installed. Each route turns one program into an ELF file; what both have in common is here.

mod official;
mod program;
pub mod upstream;

use crate::{
    process,
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
pub use program::{Program, CONFORMANCE, PROGRAMS};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// Largest sizes of ELF files, in bytes: the market's, and every other program's. A deployed program pays rent for its size, and
/// a growing one is the first sign of code that does not belong on chain.
const MARKET_LIMIT: usize = 320_000;
const OTHERS_LIMIT: usize = 160_000;

/// How bytecode is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `cargo build-sbf` of the Solana tools: what a public cluster's programs must be built with.
    Official,
    /// Debian's Rust with library source, sbpf-linker and LLVM 23, from package registries alone.
    Upstream,
}

impl Route {
    /// Returns the official route where its tool is installed, else the upstream route.
    pub fn of_this_machine() -> Self {
        if official::is_installed() {
            Route::Official
        } else {
            Route::Upstream
        }
    }

    /// Returns the name that progress messages and the record beside the bytecode use.
    pub fn name(self) -> &'static str {
        match self {
            Route::Official => "official",
            Route::Upstream => "upstream",
        }
    }
}

/// A program's bytecode on disk.
pub struct Artifact {
    path: PathBuf,
    /// Size of the ELF file, in bytes.
    bytes: usize,
}

impl fmt::Display for Artifact {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        write!(out, "{name:<24} {:>8} bytes", self.bytes)
    }
}

/// Builds programs and puts them where deployment and tests find them.
///
/// # Errors
/// When the route cannot be set up here, a program does not compile, or one is too large.
pub fn build(workspace: &Workspace, route: Route, programs: &[Program]) -> Result<Vec<Artifact>> {
    // `None` for the official route, which sets itself up.
    let upstream = match route {
        Route::Official => {
            official::require()?;
            None
        }
        Route::Upstream => Some(upstream::Tools::ensure(workspace)?),
    };
    let mut artifacts = Vec::new();
    for (index, program) in programs.iter().enumerate() {
        process::announce(format!(
            "building {} ({} SBF, {} of {})",
            program.name(),
            route.name(),
            index + 1,
            programs.len()
        ));
        let elf = match &upstream {
            None => official::compile(workspace, program)?,
            Some(tools) => upstream::compile(workspace, tools, program)?,
        };
        artifacts.push(publish(workspace, route, program, &elf)?);
    }
    Ok(artifacts)
}

/// Compiles one program, of whatever size, and returns the path of its ELF file. It is not put anywhere else.
///
/// # Errors
/// When the route cannot be set up here, or the program does not compile.
pub fn compile(workspace: &Workspace, route: Route, program: &Program) -> Result<PathBuf> {
    match route {
        Route::Official => {
            official::require()?;
            official::compile(workspace, program)
        }
        Route::Upstream => {
            let tools = upstream::Tools::ensure(workspace)?;
            upstream::compile(workspace, &tools, program)
        }
    }
}

/// Returns the largest size of a program's ELF file, bytes.
fn size_limit(program: &Program) -> usize {
    if program.folder == "market" {
        MARKET_LIMIT
    } else {
        OTHERS_LIMIT
    }
}

/// Copies a compiled program to its final place, with the name of its route beside it.
fn publish(workspace: &Workspace, route: Route, program: &Program, elf: &Path) -> Result<Artifact> {
    let bytecode = fs::read(elf).with_context(|| format!("the build left no {}", elf.display()))?;
    let bytes = bytecode.len();
    let limit = size_limit(program);
    ensure!(
        bytes <= limit,
        "{} is {bytes} bytes; the limit is {limit}",
        program.name()
    );
    let path = program.artifact(workspace);
    replace_file(&path, &bytecode)?;
    replace_file(&program.route_record(workspace), route.name().as_bytes())?;
    Ok(Artifact { path, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_market_may_be_twice_as_large_as_the_others() {
        let limits = PROGRAMS.map(|program| (program.folder, size_limit(&program)));
        let expected = [
            ("staking", 160_000),
            ("market", 320_000),
            ("rewards", 160_000),
            ("governance", 160_000),
        ];
        assert_eq!(limits, expected);
    }
}
