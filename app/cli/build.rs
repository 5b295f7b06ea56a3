//! Embeds the programs' bytecode for `assay localnet`.
//!
//! Writes `embedded_programs.rs`, which includes the files of `target/deploy`. Cargo runs this script again when one of them
//! changes. Debug builds go on without the files, because checks and lints come before the bytecode is built; `assay
//! localnet` then says what to do. A release build fails, so that nobody installs a binary that lacks them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The programs' files in `target/deploy`.
const FILES: [&str; 4] = [
    "assay_rewards.so",
    "assay_staking.so",
    "assay_market.so",
    "assay_governance.so",
];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_LOCALNET").is_none() {
        return ExitCode::SUCCESS;
    }
    match embed_programs() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn embed_programs() -> Result<(), String> {
    // Built programs are in the repository's own `target`, wherever CARGO_TARGET_DIR puts the rest.
    let manifest = folder("CARGO_MANIFEST_DIR")?;
    let deploy = manifest.join("../../target/deploy");
    let mut rows = String::new();
    for file in FILES {
        let path = deploy.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_file() {
            rows.push_str(&row(file, &path)?);
        } else {
            report_missing(file)?;
            rows.clear();
            break;
        }
    }
    let code = format!("const EMBEDDED: &[(&str, &[u8])] = &[\n{rows}];\n");
    let out = folder("OUT_DIR")?.join("embedded_programs.rs");
    fs::write(&out, code).map_err(|error| format!("cannot write {}: {error}", out.display()))
}

fn folder(variable: &str) -> Result<PathBuf, String> {
    let value = env::var_os(variable).ok_or_else(|| format!("cargo did not set {variable}"))?;
    Ok(value.into())
}

fn row(file: &str, path: &Path) -> Result<String, String> {
    let path = path
        .canonicalize()
        .map_err(|error| format!("cannot find {}: {error}", path.display()))?;
    Ok(format!("    ({file:?}, include_bytes!({path:?})),\n"))
}

/// Reports a program that is not built: as an error of a release build, else as a warning.
fn report_missing(file: &str) -> Result<(), String> {
    let sentence = format!(
        "`assay localnet` embeds the programs, and target/deploy/{file} is missing: run `cargo xtask build` first, or build without the local network (--no-default-features)"
    );
    if env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        return Err(sentence);
    }
    println!("cargo::warning={sentence}");
    Ok(())
}
