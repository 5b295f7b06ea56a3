//! `cargo xtask conformance`: proves that the toolchain's bytecode does what the source says.
//!
//! Nothing made by a toolchain is trusted before it has passed. A toolchain has passed when the conformance program that it
//! built computes the same as the host; it need not run again while it turns that program into the same bytecode.

use crate::{
    process,
    report::Report,
    sbf::{self, Artifact, Program, Route},
    suites,
    workspace::{replace_file, Workspace},
};
use anyhow::{Context, Result};
use std::{fs, path::PathBuf};

/// Builds the conformance program with `route` and runs it in the SVM.
///
/// # Errors
/// When the program does not build, or computes anything else than the host.
pub fn prove(workspace: &Workspace, route: Route) -> Result<()> {
    let bytecode = build_conformance(workspace, route)?;
    run(workspace, &bytecode)
}

/// Builds programs with a toolchain that has proved itself, proving it first where that is needed.
///
/// # Errors
/// When the toolchain fails its proof, or a program does not build.
pub fn build(workspace: &Workspace, route: Route, programs: &[Program]) -> Result<Vec<Artifact>> {
    let bytecode = build_conformance(workspace, route)?;
    if fs::read(last_passed(workspace)).ok().as_ref() != Some(&bytecode) {
        run(workspace, &bytecode)?;
    }
    sbf::build(workspace, route, programs)
}

/// Builds the conformance program and returns its bytecode.
fn build_conformance(workspace: &Workspace, route: Route) -> Result<Vec<u8>> {
    sbf::build(workspace, route, &[sbf::CONFORMANCE])?;
    let path = sbf::CONFORMANCE.artifact(workspace);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Runs the built conformance program in the SVM and remembers the bytecode when it passes.
fn run(workspace: &Workspace, bytecode: &[u8]) -> Result<()> {
    process::announce("running the conformance program in the SVM");
    suites::test(
        workspace,
        &["--test", "conformance"],
        &mut Report::default(),
    )
    .context("this machine's SBF toolchain makes wrong bytecode: trust none of it")?;
    replace_file(&last_passed(workspace), bytecode)
}

/// Returns the path of a copy of the conformance bytecode that passed last.
fn last_passed(workspace: &Workspace) -> PathBuf {
    sbf::CONFORMANCE
        .artifact(workspace)
        .with_extension("proven")
}
