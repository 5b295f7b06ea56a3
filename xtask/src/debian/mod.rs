//! Debian's packages as a source of tools: installed where they fit this machine, unpacked into a folder where they do not.
//! Which files exactly is in `toolchain/packages.toml`.

mod download;
mod newest;
mod suite;

use crate::{
    pins::{Pin, Pins, Source},
    process,
    workspace::{self, Workspace},
};
use anyhow::{bail, ensure, Context, Result};
pub use newest::newest;
use std::{cmp::Ordering, fs, process::Command};
pub use suite::unpack;

/// Debian's cargo.
pub const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// What packages are installed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Rust with its library source. The packages stand beside rustup's toolchains and do not touch them.
    ///
    /// Debian 12 was released with Rust 1.85, which knows neither JSON targets nor panics that abort at once; 1.96 came as
    /// an update.
    Rust,
    /// What links WebAssembly against WASI's C library.
    Wasm,
    /// A compiler of C and C++ for WASI, with the libraries. Of the LLVM that Rust brings.
    C,
}

/// Every purpose.
const PURPOSES: [Purpose; 3] = [Purpose::Rust, Purpose::Wasm, Purpose::C];

impl Purpose {
    /// Returns its name in the table.
    fn name(self) -> &'static str {
        match self {
            Purpose::Rust => "rust",
            Purpose::Wasm => "wasm",
            Purpose::C => "c",
        }
    }

    /// Returns the packages that are asked for. The table has their own libraries, too.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Purpose::Rust => &["rustc-web", "cargo-web", "rust-web-src"],
            Purpose::Wasm => &["wasi-libc", "lld-22"],
            Purpose::C => &[
                "clang-22",
                "libclang-rt-22-dev-wasm32",
                "libc++-22-dev-wasm32",
                "libc++abi-22-dev-wasm32",
            ],
        }
    }
}

/// Installs the pinned packages for a purpose where they are missing or older.
///
/// The caller holds the lock of the cache.
///
/// # Errors
/// When this is not Debian on amd64, the user is not root, a newer version is installed, or Debian no longer has the pinned
/// one.
pub fn ensure_installed(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    require_debian()
        .with_context(|| format!("{} cannot be installed here", purpose.packages().join(", ")))?;
    let pins = Pins::load()?;
    let pinned = pins.debian(Source::Installed, &codename()?, purpose.name())?;
    let mut missing = Vec::new();
    for pin in pinned {
        match installed_version(&pin.name) {
            Some(version) if version == pin.version => {}
            Some(version) if compare(&version, &pin.version) == Ordering::Greater => bail!(
                "{} is installed as {version}, and {} has {}; run `cargo xtask toolchain --update` to pin what Debian has \
                 now, or `apt-get install --allow-downgrades {}={}`",
                pin.name,
                crate::pins::FILE,
                pin.version,
                pin.name,
                pin.version
            ),
            _ => missing.push(pin),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing
        .iter()
        .map(|pin| format!("{}={}", pin.name, pin.version))
        .collect();
    let names = names.join(" ");
    ensure!(
        is_root()?,
        "{names} must be installed by root; run `apt-get update && apt-get install {names}` and then this again"
    );
    process::announce(format!("installing the Debian packages {names}"));
    install(workspace, &missing)
}

/// Downloads packages, compares them with their hashes and installs them.
fn install(workspace: &Workspace, pins: &[&Pin]) -> Result<()> {
    // The lists on a machine may be old: they name files that are gone, and versions that are too old.
    process::run(&mut apt_get(&["update"]))?;
    let folder = workspace.fresh_folder("debian.partial")?;
    let archives = download::pinned(apt_get, pins, &folder)?;
    let mut install = apt_get(&["install", "--yes", "--no-install-recommends"]);
    install.args(&archives);
    process::run(&mut install).context(
        "the pinned Debian packages do not install; is this the suite that they are of?",
    )?;
    workspace::remove_folder(&folder)
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

/// Returns the name of this machine's Debian.
fn codename() -> Result<String> {
    let release = fs::read_to_string("/etc/os-release")
        .context("this machine does not say which Debian it is")?;
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .context("this machine does not say which Debian it is")?;
    Ok(codename.to_owned())
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

/// Compares two versions by Debian's rules.
fn compare(left: &str, right: &str) -> Ordering {
    let holds = |relation: &str| {
        process::succeeds(Command::new("dpkg").args(["--compare-versions", left, relation, right]))
    };
    if holds("gt") {
        Ordering::Greater
    } else if holds("lt") {
        Ordering::Less
    } else {
        Ordering::Equal
    }
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
            // apt's own download user cannot write to a folder that belongs to this user.
            "-o",
            "APT::Sandbox::User=root",
        ])
        .args(arguments);
    command
}
