//! Programs to SBF bytecode, by one of two routes: Solana's own toolchain, or upstream Rust and LLVM where that is not
//! installed. A route turns one program into an ELF file; what is common to both is here.

mod artifact;
mod official;
mod program;
mod upstream;

use std::fs;
use std::path::PathBuf;

use anyhow::{bail, Context, Result};

pub use artifact::Artifact;
pub use program::{Program, CONFORMANCE, PROGRAMS};

use crate::process;
use crate::workspace::{replace_file, Workspace};

/// A deployed program pays rent for its size, and a growing one is the first sign of code that does not belong on chain.
///
/// In bytes.
const SIZE_LIMIT: usize = 320_000;

/// How bytecode is made on this machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `cargo build-sbf` of the Solana tools: what a public cluster's programs must be built with.
    Official,
    /// Debian's Rust with library source, sbpf-linker and LLVM 23, from package registries alone.
    Upstream,
}

impl Route {
    /// The official route where its tool is installed.
    pub fn of_this_machine() -> Self {
        if official::installed() {
            Route::Official
        } else {
            Route::Upstream
        }
    }

    fn back_end(self, workspace: &Workspace) -> Result<Box<dyn BackEnd + '_>> {
        Ok(match self {
            Route::Official => Box::new(official::Official::set_up(workspace)?),
            Route::Upstream => Box::new(upstream::Upstream::set_up(workspace)?),
        })
    }
}

/// What a route has to offer once it is set up.
trait BackEnd {
    /// The route's name, for progress messages and the record beside the bytecode.
    fn name(&self) -> &'static str;

    /// Compiles one program, doing nothing when it is fresh, and returns the path of its ELF file.
    fn compile(&self, program: &Program) -> Result<PathBuf>;
}

/// Builds programs and puts them where deployment and tests find them.
///
/// # Errors
/// When the route cannot be set up here, a program does not compile, or one is too large.
pub fn build(workspace: &Workspace, route: Route, programs: &[Program]) -> Result<Vec<Artifact>> {
    let back_end = route.back_end(workspace)?;
    let mut artifacts = Vec::new();
    for (index, program) in programs.iter().enumerate() {
        let position = index.saturating_add(1);
        process::announce(format!(
            "building {} ({} SBF, {position} of {})",
            program.name(),
            back_end.name(),
            programs.len()
        ));
        let elf = back_end.compile(program)?;
        let bytecode =
            fs::read(&elf).with_context(|| format!("the build left no {}", elf.display()))?;
        if bytecode.len() >= SIZE_LIMIT {
            bail!(
                "{} is {} bytes; the limit is {SIZE_LIMIT}",
                program.name(),
                bytecode.len()
            );
        }
        let path = program.artifact(workspace);
        replace_file(&path, &bytecode)?;
        replace_file(&program.route_record(workspace), back_end.name().as_bytes())?;
        artifacts.push(Artifact {
            path,
            bytes: bytecode.len(),
        });
    }
    Ok(artifacts)
}
