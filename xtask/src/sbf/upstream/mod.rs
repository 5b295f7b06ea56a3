//! The upstream route: bytecode without the official download, on a machine that reaches package registries only.
//!
//! Debian's Rust comes with the library's source, so the standard library itself is compiled for SBF; sbpf-linker turns
//! the resulting LLVM bitcode into an SBPF v3 ELF. The link script and the rustc wrapper beside this file are part of it.

mod linker;
mod llvm;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{BackEnd, Program};
use crate::debian;
use crate::process;
use crate::workspace::Workspace;

/// The target directory's subfolder is named after the specification's file.
const TARGET: &str = "sbf-solana";

/// The route with everything installed.
pub struct Upstream<'a> {
    workspace: &'a Workspace,
    linker: PathBuf,
    llvm: PathBuf,
}

impl<'a> Upstream<'a> {
    /// Installs what is missing, says so, and is quick when nothing is.
    pub fn set_up(workspace: &'a Workspace) -> Result<Self> {
        let _only_one_sets_up = workspace.lock_cache()?;
        debian::ensure_installed(&debian::RUST)
            .context("the upstream SBF route needs Debian's Rust with library source")?;
        Ok(Self {
            linker: linker::ensure(workspace)?,
            llvm: llvm::ensure(workspace)?,
            workspace,
        })
    }

    fn source(&self, file: &str) -> PathBuf {
        self.workspace
            .root
            .join("xtask/src/sbf/upstream")
            .join(file)
    }

    fn target_folder(&self) -> PathBuf {
        self.workspace.scratch.join("sbf")
    }

    fn flags(&self) -> String {
        let linker = format!("-Clinker={}", self.source("link.sh").display());
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
}

impl BackEnd for Upstream<'_> {
    fn name(&self) -> &'static str {
        "upstream"
    }

    fn compile(&self, program: &Program) -> Result<PathBuf> {
        let mut cargo = Command::new(debian::CARGO);
        debian::without_rustup(&mut cargo)
            .current_dir(&self.workspace.root)
            .env("RUSTC_WRAPPER", self.source("rustc.sh"))
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags())
            .env("ASSAY_LLVM", &self.llvm)
            .env("ASSAY_LINKER", &self.linker)
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
            .arg(self.source(TARGET).with_extension("json"))
            .arg("--target-dir")
            .arg(self.target_folder());
        process::run(&mut cargo)
            .with_context(|| format!("{} does not build for SBF", program.name()))?;
        let file = format!("lib{}.so", program.name());
        Ok(self
            .target_folder()
            .join(Path::new(TARGET))
            .join("release")
            .join(file))
    }
}
