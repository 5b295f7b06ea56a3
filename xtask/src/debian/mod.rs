//! Debian's packages as a source of tools: installed where they fit this machine, unpacked beside it where they do not.

mod suite;

use std::process::Command;

use anyhow::{bail, ensure, Context, Result};

pub use suite::unpack;

use crate::process;

/// Debian's cargo, which takes its rustc from beside it.
pub const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// Installs those of the packages that are missing.
///
/// # Errors
/// When something is missing and this is not Debian on amd64, or not run by root.
pub fn ensure_installed(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    require_debian().with_context(|| format!("{names} cannot be installed here"))?;
    ensure!(
        is_root()?,
        "{names} must be installed by root; run `apt-get install {names}` and then this again"
    );
    process::announce(format!("installing the Debian packages {names}"));
    if missing.iter().any(|package| !known(package)) {
        process::run(&mut apt_get(&["update"]))?;
    }
    let install = [
        &["install", "--yes", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat();
    // Lists from yesterday may name files that are gone today.
    process::run(&mut apt_get(&install))
        .or_else(|_| {
            process::run(&mut apt_get(&["update"]))
                .and_then(|()| process::run(&mut apt_get(&install)))
        })
        .with_context(|| {
            format!("the Debian packages {names} do not install; is this Debian 12 or later?")
        })
}

/// Makes a command independent of rustup and of the cargo that runs us: Debian's compiler, unstable features allowed.
pub fn without_rustup(cargo: &mut Command) -> &mut Command {
    for variable in [
        "CARGO",
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
        "LD_LIBRARY_PATH",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTDOC",
        "RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
    ] {
        cargo.env_remove(variable);
    }
    cargo.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1")
}

/// Fails with a sentence about this machine unless it is Debian on amd64.
fn require_debian() -> Result<()> {
    let architecture = process::output(Command::new("dpkg").arg("--print-architecture"))
        .context("this is not a Debian machine; install the Solana tools, so that `cargo build-sbf` is on the PATH")?;
    if architecture.trim() != "amd64" {
        bail!(
            "the upstream tools are known to work on amd64 only, and this is {}",
            architecture.trim()
        );
    }
    Ok(())
}

fn installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stderr(std::process::Stdio::null());
    query
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

/// Whether the package lists name it; a fresh container comes without lists.
fn known(package: &str) -> bool {
    process::succeeds(Command::new("apt-cache").args(["show", "--no-all-versions", package]))
}

fn is_root() -> Result<bool> {
    Ok(process::output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args([
            "--quiet",
            "-o",
            "DPkg::Lock::Timeout=300",
            "-o",
            "Acquire::Retries=3",
        ])
        .args(arguments);
    command
}
