//! Unpacks a package of another Debian suite, with all that it depends on, into a folder.

use super::{apt_get, require_debian};
use crate::process;
use anyhow::{ensure, Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Downloads `package` and its dependencies from `suite` on this machine's own mirror and unpacks them into `folder`.
///
/// apt gets a private configuration in which no package is installed. So it downloads every dependency, down to the C
/// library, and this machine's own lists, cache and packages stay as they are.
///
/// # Errors
/// When this is not Debian on amd64, or the suite does not have the package.
pub fn unpack(package: &str, suite: &str, folder: &Path) -> Result<()> {
    require_debian()?;
    let private = folder.join("apt");
    for path in ["lists/partial", "cache/archives/partial", "sources"] {
        fs::create_dir_all(private.join(path))?;
    }
    fs::write(private.join("status"), "")?;
    let source = format!(
        "deb [arch=amd64 signed-by={KEYRING}] {} {suite} main\n",
        mirror()?
    );
    fs::write(private.join("sources").join("suite.list"), source)?;

    process::run(&mut private_apt(&private, &["update"]))?;
    process::run(&mut private_apt(
        &private,
        &["install", "--yes", "--download-only", package],
    ))
    .with_context(|| format!("{package} cannot be downloaded from the Debian suite {suite}"))?;
    let archives = archives(&private)?;
    ensure!(!archives.is_empty(), "apt downloaded nothing for {package}");
    for archive in archives {
        process::run(
            Command::new("dpkg")
                .arg("--extract")
                .arg(archive)
                .arg(folder),
        )?;
    }
    Ok(fs::remove_dir_all(private)?)
}

/// Returns the address of the machine's own Debian mirror, whichever format its sources are written in.
fn mirror() -> Result<String> {
    let release = fs::read_to_string("/etc/os-release")
        .context("this machine does not say which Debian it is")?;
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .context("this machine does not say which Debian it is")?;
    let format = "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)";
    let targets =
        process::output(Command::new("apt-get").args(["indextargets", "--format", format]))?;
    let wanted = format!("Packages main {codename} ");
    targets
        .lines()
        .find_map(|line| line.strip_prefix(&wanted))
        .map(str::to_owned)
        .with_context(|| format!("apt's sources do not name a mirror of Debian {codename}"))
}

/// Returns an `apt-get` that keeps its lists, its cache and its state in `private`.
fn private_apt(private: &Path, arguments: &[&str]) -> Command {
    let mut command = apt_get(&[]);
    for (setting, value) in [
        ("Dir::Etc::sourcelist", PathBuf::from("/dev/null")),
        ("Dir::Etc::sourceparts", private.join("sources")),
        ("Dir::Etc::preferences", PathBuf::from("/dev/null")),
        ("Dir::Etc::preferencesparts", PathBuf::from("/dev/null")),
        ("Dir::State", private.to_path_buf()),
        ("Dir::State::status", private.join("status")),
        ("Dir::Cache", private.join("cache")),
    ] {
        command
            .arg("-o")
            .arg(format!("{setting}={}", value.display()));
    }
    // apt's own download user cannot read a cache that belongs to this user.
    command.args([
        "-o",
        "APT::Sandbox::User=root",
        "-o",
        "APT::Install-Recommends=false",
    ]);
    command.args([
        "-o",
        "Acquire::Languages=none",
        "-o",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
    ]);
    command.args(arguments);
    command
}

/// Returns the downloaded packages.
fn archives(private: &Path) -> Result<Vec<PathBuf>> {
    let mut archives = Vec::new();
    for entry in fs::read_dir(private.join("cache").join("archives"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            archives.push(path);
        }
    }
    Ok(archives)
}
