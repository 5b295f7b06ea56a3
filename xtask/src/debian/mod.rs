//! Debian's packages as a source of tools: installed where they fit this machine, unpacked into a folder where they do not.

mod suite;

use crate::process;
use anyhow::{bail, ensure, Context, Result};
use std::process::Command;
pub use suite::unpack;

/// Debian's cargo.
pub const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// Rust with its library source. The packages stand beside rustup's toolchains and do not touch them.
///
/// Debian 12 was released with Rust 1.85, which knows neither JSON targets nor panics that abort at once; 1.96 came as an
/// update.
pub const RUST: [Package; 3] = [
    Package::since("rustc-web", "1.96"),
    Package::since("cargo-web", "1.96"),
    Package::since("rust-web-src", "1.96"),
];

/// A Debian package, and the oldest version that will do.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    name: &'static str,
    oldest: Option<&'static str>,
}

impl Package {
    /// A package of which any version will do.
    pub const fn any(name: &'static str) -> Self {
        Self { name, oldest: None }
    }

    /// A package that must be of version `oldest` or newer.
    pub const fn since(name: &'static str, oldest: &'static str) -> Self {
        Self {
            name,
            oldest: Some(oldest),
        }
    }

    /// Returns whether the package is installed here and new enough.
    fn is_installed(&self) -> bool {
        let Some(version) = installed_version(self.name) else {
            return false;
        };
        self.oldest.is_none_or(|oldest| {
            process::succeeds(Command::new("dpkg").args([
                "--compare-versions",
                &version,
                "ge",
                oldest,
            ]))
        })
    }
}

/// Installs those of the packages that are missing or too old.
///
/// # Errors
/// When a package is missing and this is not Debian on amd64, or the user is not root, or Debian has only an older version.
pub fn ensure_installed(packages: &[Package]) -> Result<()> {
    let missing = missing_of(packages);
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    require_debian().with_context(|| format!("{names} cannot be installed here"))?;
    ensure!(
        is_root()?,
        "{names} must be installed by root; run `apt-get update && apt-get install {names}` and then this again"
    );
    process::announce(format!("installing the Debian packages {names}"));
    // The lists on a machine may be old: they name files that are gone, and versions that are too old.
    process::run(&mut apt_get(&["update"]))?;
    let install = [
        &["install", "--yes", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat();
    process::run(&mut apt_get(&install)).with_context(|| {
        format!("the Debian packages {names} do not install; is this Debian 12 or later?")
    })?;
    let missing = missing_of(packages);
    ensure!(
        missing.is_empty(),
        "Debian's versions of {} are too old; are its security updates among this machine's package sources?",
        missing.join(" ")
    );
    Ok(())
}

fn missing_of(packages: &[Package]) -> Vec<&'static str> {
    packages
        .iter()
        .filter(|package| !package.is_installed())
        .map(|package| package.name)
        .collect()
}

/// Makes a command independent of rustup and of the cargo that runs this program: it uses Debian's compiler, and unstable
/// features are allowed.
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

/// Returns the version of an installed package; `None` when it is not, or only half, installed.
fn installed_version(package: &str) -> Option<String> {
    let mut query = Command::new("dpkg-query");
    query
        .args([
            "--show",
            "--showformat=${db:Status-Status} ${Version}",
            package,
        ])
        .stderr(std::process::Stdio::null());
    let answer = String::from_utf8(query.output().ok()?.stdout).ok()?;
    answer.strip_prefix("installed ").map(str::to_owned)
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
