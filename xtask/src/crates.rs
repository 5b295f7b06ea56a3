//! Tools that are built from the crate registry.

use crate::{
    pins::{Pin, Pins, Source, FILE},
    process,
    workspace::{self, Workspace},
};
use anyhow::{ensure, Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Returns the program of a pinned crate, after building it if this machine has not done so before. `optimized` are the
/// packages that do its work: optimizing the others takes time and saves none.
///
/// The caller holds the lock of the cache.
///
/// # Errors
/// When the registry has another file than the pinned one, or the crate does not build.
pub fn ensure(workspace: &Workspace, name: &str, optimized: &[&str]) -> Result<PathBuf> {
    let pins = Pins::load()?;
    let pin = pins.registry(Source::Crate, name)?;
    let folder = folder(workspace, pin);
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    process::announce(format!(
        "installing {name} {} to {}",
        pin.version,
        folder.display()
    ));
    let partial = workspace.fresh_folder(&format!("{name}.partial"))?;
    install(workspace, pin, optimized, &partial)
        .with_context(|| format!("{name} {} does not install", pin.version))?;
    workspace::remove_folder(&folder)?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(program)
}

/// Returns the folder of a crate's program; another file has another folder.
fn folder(workspace: &Workspace, pin: &Pin) -> PathBuf {
    let hash: String = pin.sha256.chars().take(8).collect();
    workspace
        .cache
        .join(format!("{}-{}-{hash}", pin.name, pin.version))
}

/// Builds the crate and leaves its program in `bin` of `folder`.
fn install(workspace: &Workspace, pin: &Pin, optimized: &[&str], folder: &Path) -> Result<()> {
    check_registry(workspace, pin, &folder.join("check"))?;
    let target = folder.join("target");
    let mut cargo = workspace.cargo();
    cargo
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .args([
            "install",
            &pin.name,
            "--version",
            &format!("={}", pin.version),
        ])
        .args(["--locked", "--ignore-rust-version", "--no-track"])
        .args(
            optimized
                .iter()
                .map(|package| format!("--config=profile.release.package.{package}.opt-level=2")),
        )
        .arg("--root")
        .arg(folder)
        .arg("--target-dir")
        .arg(&target);
    process::run(&mut cargo)?;
    workspace::remove_folder(&target)
}

/// Checks that the registry's index names the pinned hash, before anything of the crate is built. Cargo itself refuses a
/// download that has another hash than the index says.
fn check_registry(workspace: &Workspace, pin: &Pin, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("lib.rs"), "")?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"check\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n\
         [dependencies]\n{} = \"={}\"\n",
        pin.name, pin.version
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(folder)
        .args(["generate-lockfile", "--quiet"]);
    process::run(&mut cargo)?;
    check_lockfile(&fs::read_to_string(folder.join("Cargo.lock"))?, pin)?;
    workspace::remove_folder(folder)
}

/// Checks that a lockfile has the crate with the pinned hash.
fn check_lockfile(lockfile: &str, pin: &Pin) -> Result<()> {
    let lockfile: toml::Table = lockfile.parse()?;
    let text = |package: &toml::Value, key: &str| {
        let value = package.get(key).and_then(toml::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let packages = lockfile.get("package").and_then(toml::Value::as_array);
    let package = packages
        .into_iter()
        .flatten()
        .find(|package| {
            text(package, "name") == pin.name && text(package, "version") == pin.version
        })
        .with_context(|| format!("the registry has no {} {}", pin.name, pin.version))?;
    let checksum = text(package, "checksum");
    ensure!(
        checksum == pin.sha256,
        "the registry's {} {} is not the file that {FILE} pins: its SHA-256 is {checksum}, not {}; do not use it",
        pin.name,
        pin.version,
        pin.sha256
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_another_hash_is_refused() {
        let pins = Pins::load().expect("a table");
        let pin = pins.registry(Source::Crate, "sbpf-linker").expect("a row");
        let lockfile = |hash: &str| {
            format!(
                "[[package]]\nname = \"sbpf-linker\"\nversion = \"{}\"\nchecksum = \"{hash}\"\n",
                pin.version
            )
        };
        check_lockfile(&lockfile(&pin.sha256), pin).expect("the pinned crate");
        let error = check_lockfile(&lockfile("00"), pin)
            .unwrap_err()
            .to_string();
        assert!(error.contains("do not use it"), "{error}");
        let error = check_lockfile("", pin).unwrap_err().to_string();
        assert!(error.contains("has no sbpf-linker"), "{error}");
    }
}
