//! Job modules: the binaries of `examples/` as WASI preview 1 commands.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{ensure, Context, Result};
use serde_json::Value;

use crate::debian::{self, Package};
use crate::process;
use crate::workspace::{replace_file, Workspace};

const TARGET: &str = "wasm32-wasip1";

/// What links WebAssembly against WASI's C library.
const LINKING: [Package; 2] = [Package::any("wasi-libc"), Package::any("lld-22")];

/// Debian's sysroot has no start-up code in Rust's own folder, so the linker is told where Debian keeps it.
const FLAGS: [&str; 5] = [
    "-Clinker=wasm-ld-22",
    "-Clink-self-contained=no",
    "-L/usr/lib/wasm32-wasi",
    "-Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o",
    "-Clink-arg=-lc",
];

/// Builds every module and returns the paths, `target/modules/<name>.wasm`.
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

/// Rustup's cargo where it has the target, Debian's building the standard library itself where not.
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
    debian::ensure_installed(&[&debian::RUST[..], &LINKING].concat()).with_context(|| {
        format!("job modules need the Rust target {TARGET}; try `rustup target add {TARGET}`")
    })?;
    let mut cargo = Command::new(debian::CARGO);
    debian::without_rustup(&mut cargo)
        .current_dir(&workspace.root)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .arg("-Zbuild-std=std,panic_abort");
    Ok(cargo)
}

/// The packages of `examples/` that have a binary, by name.
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

fn collect(workspace: &Workspace, target_folder: &Path, module: &str) -> Result<PathBuf> {
    let file = format!("{module}.wasm");
    let built = target_folder.join(TARGET).join("release").join(&file);
    let wasm =
        std::fs::read(&built).with_context(|| format!("the build left no {}", built.display()))?;
    let path = workspace.artifacts("modules").join(file);
    replace_file(&path, &wasm)?;
    Ok(path)
}
