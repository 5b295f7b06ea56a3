//! `cargo xtask modules`: builds the binaries of `examples/` as job modules, which are WASI preview 1 commands.

use crate::{
    debian::{self, Purpose},
    process,
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const TARGET: &str = "wasm32-wasip1";

/// rustc's flags for Debian's Rust: the linker, and where Debian keeps WASI's start-up code and C library.
const FLAGS: [&str; 5] = [
    "-Clinker=wasm-ld-22",
    "-Clink-self-contained=no",
    "-L/usr/lib/wasm32-wasi",
    "-Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o",
    "-Clink-arg=-lc",
];

/// Builds every module and prints its path.
pub fn run(workspace: &Workspace) -> Result<()> {
    for module in build(workspace)? {
        println!("{}", module.display());
    }
    Ok(())
}

/// Builds every module and returns the paths, `target/modules/<name>.wasm`.
///
/// # Errors
/// When there is none, or one does not build.
pub fn build(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let modules = modules(workspace)?;
    ensure!(
        !modules.is_empty(),
        "there is no binary package in examples/"
    );
    let target_folder = workspace.scratch.join("wasm");
    let mut cargo = compiler(workspace)?;
    cargo.args([
        "build",
        "--locked",
        "--ignore-rust-version",
        "--release",
        "--target",
        TARGET,
    ]);
    cargo.arg("--target-dir").arg(&target_folder);
    for module in &modules {
        cargo.args(["--package", module]);
    }
    process::announce(format!("building {} for {TARGET}", modules.join(", ")));
    process::run(&mut cargo).context("the example modules do not build for WASI")?;
    modules
        .iter()
        .map(|module| collect(workspace, &target_folder, module))
        .collect()
}

/// Returns rustup's cargo where it has the target. Elsewhere returns Debian's cargo, which compiles the standard library, too.
fn compiler(workspace: &Workspace) -> Result<Command> {
    let sysroot = process::output(
        Command::new("rustc")
            .current_dir(&workspace.root)
            .args(["--print", "sysroot"]),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .is_dir()
    {
        return Ok(workspace.cargo());
    }
    let _only_one_sets_up = workspace.lock_cache()?;
    for purpose in [Purpose::Rust, Purpose::Wasm] {
        debian::ensure_installed(workspace, purpose).with_context(|| {
            format!("job modules need the Rust target {TARGET}; try `rustup target add {TARGET}`")
        })?;
    }
    let mut cargo = Command::new(debian::CARGO);
    debian::without_rustup(&mut cargo)
        .current_dir(&workspace.root)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .arg("-Zbuild-std=std,panic_abort");
    Ok(cargo)
}

/// Returns the names of the packages of `examples/` that have a binary.
fn modules(workspace: &Workspace) -> Result<Vec<String>> {
    let mut metadata = workspace.cargo();
    metadata.args(["metadata", "--no-deps", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)?;
    let examples = workspace.root.join("examples");
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    Ok(packages
        .iter()
        .filter(|package| {
            package["manifest_path"]
                .as_str()
                .is_some_and(|path| Path::new(path).starts_with(&examples))
        })
        .filter(|package| {
            package["targets"]
                .as_array()
                .is_some_and(|targets| targets.iter().any(is_binary))
        })
        .filter_map(|package| package["name"].as_str().map(str::to_owned))
        .collect())
}

fn is_binary(target: &Value) -> bool {
    target["kind"]
        .as_array()
        .is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"))
}

/// Copies a built module to `target/modules` and returns its path there.
fn collect(workspace: &Workspace, target_folder: &Path, module: &str) -> Result<PathBuf> {
    let file = format!("{module}.wasm");
    let built = target_folder.join(TARGET).join("release").join(&file);
    let wasm =
        std::fs::read(&built).with_context(|| format!("the build left no {}", built.display()))?;
    let path = workspace.artifacts("modules").join(file);
    replace_file(&path, &wasm)?;
    Ok(path)
}
