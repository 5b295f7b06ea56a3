//! The upstream route: bytecode without the official download, on a machine that reaches package registries only.
//!
//! Debian's Rust comes with the source of the standard library, so that the library itself is compiled for SBF.
//! sbpf-linker turns the resulting LLVM bitcode into an SBPF v3 ELF. The link script and the rustc wrapper beside this file
//! are part of the route.
//!
//! The bytecode does not depend on where the repository is. Cargo hashes rustc's flags into the names of symbols, so no flag
//! names a folder: the linker is a setting of the target, and the wrapper adds the flags that shorten paths.

mod linker;
mod llvm;

use super::Program;
use crate::{
    debian::{self, Purpose},
    pins::{self, Pins},
    process,
    workspace::{self, replace_file, Workspace},
};
use anyhow::{Context, Result};
pub use llvm::{PACKAGE, PURPOSE, SUITE};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The name of the target specification's file, and so of the target directory's subfolder.
const TARGET: &str = "sbf-solana";

/// rustc's flags.
const FLAGS: [&str; 9] = [
    "-Ctarget-cpu=v2",
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
        debian::ensure_installed(workspace, Purpose::Rust)
            .context("the upstream SBF route needs Debian's Rust with library source")?;
        // First what fails first, if Debian's suite has moved on.
        let llvm = llvm::ensure(workspace)?;
        Ok(Self {
            linker: linker::ensure(workspace)?,
            llvm,
        })
    }
}

/// Compiles one program, doing nothing when it is fresh, and returns the path of its ELF file.
pub fn compile(workspace: &Workspace, tools: &Tools, program: &Program) -> Result<PathBuf> {
    let target_folder = workspace.scratch.join("sbf");
    forget_other_tools(&target_folder)?;
    let mut cargo = Command::new(debian::CARGO);
    debian::without_rustup(&mut cargo)
        .current_dir(&workspace.root)
        .env("RUSTC_WRAPPER", source(workspace, "rustc.sh"))
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .env(
            "CARGO_TARGET_SBF_SOLANA_LINKER",
            source(workspace, "link.sh"),
        )
        .env("ASSAY_ROOT", &workspace.root)
        .env("ASSAY_CARGO_HOME", cargo_home())
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

/// Removes what other versions of the tools have built: cargo does not see that LLVM has changed.
fn forget_other_tools(target_folder: &Path) -> Result<()> {
    let pins = Pins::load()?;
    let hashes: String = pins
        .iter()
        .filter(|pin| ["rust", PURPOSE].contains(&pin.purpose.as_str()) || pin.name == linker::NAME)
        .map(|pin| pin.sha256.as_str())
        .collect();
    let tools = pins::sha256_of(hashes.as_bytes());
    let record = target_folder.join("tools");
    if fs::read_to_string(&record).ok().as_ref() != Some(&tools) {
        workspace::remove_folder(target_folder)?;
        replace_file(&record, tools.as_bytes())?;
    }
    Ok(())
}

/// Returns the folder that cargo keeps the sources of dependencies in.
fn cargo_home() -> PathBuf {
    let of_user = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(of_user, PathBuf::from)
}
