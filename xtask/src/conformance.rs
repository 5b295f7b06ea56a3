//! Proof that the toolchain's bytecode does what the source says, before anything made by it is trusted.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::sbf::{self, Artifact, Program, Route};
use crate::workspace::{replace_file, Workspace};
use crate::{process, suites};

/// Builds the conformance program with `route` and runs it in the SVM.
///
/// # Errors
/// When it computes anything else than the host.
pub fn prove(workspace: &Workspace, route: Route) -> Result<()> {
    let bytecode = bytecode(workspace, route)?;
    check(workspace, &bytecode)
}

fn check(workspace: &Workspace, bytecode: &[u8]) -> Result<()> {
    process::announce("running the conformance program in the SVM");
    suites::test(workspace, &["--quiet", "--test", "conformance"])
        .context("this machine's SBF toolchain makes wrong bytecode: trust none of it")?;
    replace_file(&proven(workspace), bytecode)
}

/// Builds programs with a toolchain that has proved itself: a compiler that turns the conformance program into the very
/// bytecode that passed before need not run it again.
pub fn build(workspace: &Workspace, route: Route, programs: &[Program]) -> Result<Vec<Artifact>> {
    let bytecode = bytecode(workspace, route)?;
    if fs::read(proven(workspace)).ok().as_ref() != Some(&bytecode) {
        check(workspace, &bytecode)?;
    }
    sbf::build(workspace, route, programs)
}

fn bytecode(workspace: &Workspace, route: Route) -> Result<Vec<u8>> {
    sbf::build(workspace, route, &[sbf::CONFORMANCE])?;
    let path = sbf::CONFORMANCE.artifact(workspace);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The bytecode that passed last.
fn proven(workspace: &Workspace) -> PathBuf {
    sbf::CONFORMANCE
        .artifact(workspace)
        .with_extension("proven")
}
