//! The upstream route: bytecode without the official download, on a machine that reaches package registries only.
//!
//! Debian's Rust comes with the source of the standard library, so that the library itself is compiled for SBF.
//! sbpf-linker turns the resulting LLVM bitcode into an SBPF v3 ELF. The link script and the rustc wrapper beside this file
//! are part of the route.

mod linker;
mod llvm;

use super::Program;
use crate::{debian, process, workspace::Workspace};
use anyhow::{Context, Result};
use std::{path::PathBuf, process::Command};

/// The name of the target specification's file, and so of the target directory's subfolder.
const TARGET: &str = "sbf-solana";

/// The tools of the route.
pub struct Tools {
    /// sbpf-linker's program.
    linker: PathBuf,
    /// The folder of LLVM's libraries.
    llvm: PathBuf,
}

impl Tools {
    /// Installs what is missing and says so; is quick when nothing is.
    ///
    /// # Errors
    /// When a tool cannot be installed on this machine.
    pub fn ensure(workspace: &Workspace) -> Result<Self> {
        let _only_one_sets_up = workspace.lock_cache()?;
        debian::ensure_installed(&debian::RUST)
            .context("the upstream SBF route needs Debian's Rust with library source")?;
        Ok(Self {
            linker: linker::ensure(workspace)?,
            llvm: llvm::ensure(workspace)?,
        })
    }
}

/// Compiles one program, doing nothing when it is fresh, and returns the path of its ELF file.
pub fn compile(workspace: &Workspace, tools: &Tools, program: &Program) -> Result<PathBuf> {
    let target_folder = workspace.scratch.join("sbf");
    let mut cargo = Command::new(debian::CARGO);
    debian::without_rustup(&mut cargo)
        .current_dir(&workspace.root)
        .env("RUSTC_WRAPPER", source(workspace, "rustc.sh"))
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace))
        .env("ASSAY_LLVM", &tools.llvm)
        .env("ASSAY_LINKER", &tools.linker)
        .args([
            "rustc",
            "--locked",
            "--ignore-rust-version",
            "--release",
            "--lib",
            "--crate-type=cdylib",
        ])
        .args(["-Zjson-target-spec", "-Zbuild-std=std,panic_abort"])
        .arg("--package")
        .arg(program.package)
        .arg("--target")
        .arg(source(workspace, TARGET).with_extension("json"))
        .arg("--target-dir")
        .arg(&target_folder);
    process::run(&mut cargo)
        .with_context(|| format!("{} does not build for SBF", program.name()))?;
    Ok(target_folder
        .join(TARGET)
        .join("release")
        .join(format!("lib{}.so", program.name())))
}

/// Returns the path of a file beside this one.
fn source(workspace: &Workspace, file: &str) -> PathBuf {
    workspace.root.join("xtask/src/sbf/upstream").join(file)
}

/// Returns rustc's flags, separated as cargo wants them in `CARGO_ENCODED_RUSTFLAGS`.
fn flags(workspace: &Workspace) -> String {
    let linker = format!("-Clinker={}", source(workspace, "link.sh").display());
    let flags = [
        "-Ctarget-cpu=v2",
        &linker,
        "-Clink-arg=--llvm-args=-bpf-stack-size=4096",
        // On v0 this linker misplaces the sixth and later arguments of a call.
        "-Clink-arg=--arch=v3",
        // SBF machines load any address; without this, code is half again as large.
        "-Clink-arg=--cpu-features=+allows-misaligned-mem-access",
        // It would copy into a `target/deploy` of its own choosing.
        "-Clink-arg=--deploy=false",
        "--cfg=target_os=\"solana\"",
        "-Aexplicit_builtin_cfgs_in_flags",
        "-Zunstable-options",
        // The ordinary panic machinery needs atomics, which SBF lacks. A panic aborts the transaction silently.
        "-Cpanic=immediate-abort",
    ];
    flags.join("\u{1f}")
}
