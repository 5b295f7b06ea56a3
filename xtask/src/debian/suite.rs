//! Unpacks packages of another Debian suite into a folder.

use super::{apt_get, codename, download, require_debian};
use crate::{pins::Pin, process};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The variable that names another archive than the machine's own mirror, such as a snapshot of an earlier day.
pub const ARCHIVE: &str = "ASSAY_DEBIAN_ARCHIVE";

/// Downloads packages of `suite`, compares each with its hash and unpacks them into `folder`.
///
/// apt gets a private configuration, so this machine's own lists, cache and packages stay as they are.
///
/// # Errors
/// When this is not Debian on amd64, the suite does not have a version, or a file is another one.
pub fn unpack(pins: &[&Pin], suite: &str, folder: &Path) -> Result<()> {
    require_debian()?;
    let private = Private::create(suite, folder.join("apt"))?;
    for archive in download::pinned(|arguments| private.apt(arguments), pins, &private.folder)? {
        process::run(
            Command::new("dpkg")
                .arg("--extract")
                .arg(archive)
                .arg(folder),
        )?;
    }
    Ok(fs::remove_dir_all(private.folder)?)
}

/// An apt with lists of one suite, in which no package is installed.
pub struct Private {
    pub folder: PathBuf,
}

impl Private {
    /// Downloads the lists of `suite` to `folder`.
    ///
    /// # Errors
    /// When the archive cannot be reached.
    pub fn create(suite: &str, folder: PathBuf) -> Result<Self> {
        for path in ["lists/partial", "cache/archives/partial", "sources"] {
            fs::create_dir_all(folder.join(path))?;
        }
        fs::write(folder.join("status"), "")?;
        let (archive, options) = match env::var(ARCHIVE) {
            // The lists of a snapshot have expired, which is no attack.
            Ok(archive) => (archive, " check-valid-until=no"),
            Err(_) => (mirror()?, ""),
        };
        let source =
            format!("deb [arch=amd64 signed-by={KEYRING}{options}] {archive} {suite} main\n");
        fs::write(folder.join("sources").join("suite.list"), source)?;
        let private = Self { folder };
        process::run(&mut private.apt(&["update"]))?;
        Ok(private)
    }

    /// Downloads the newest version of a package and of all that it depends on, down to the C library, and returns the folder
    /// of the files.
    ///
    /// # Errors
    /// When the suite does not have it.
    pub fn download_closure(&self, package: &str) -> Result<PathBuf> {
        process::run(&mut self.apt(&["install", "--yes", "--download-only", package]))?;
        Ok(self.folder.join("cache").join("archives"))
    }

    /// Returns an `apt-get` that keeps its lists, its cache and its state in the folder.
    fn apt(&self, arguments: &[&str]) -> Command {
        let mut command = apt_get(&[]);
        let none = || PathBuf::from("/dev/null");
        for (setting, value) in [
            ("Dir::Etc::sourcelist", none()),
            ("Dir::Etc::sourceparts", self.folder.join("sources")),
            ("Dir::Etc::preferences", none()),
            ("Dir::Etc::preferencesparts", none()),
            ("Dir::State", self.folder.clone()),
            ("Dir::State::status", self.folder.join("status")),
            ("Dir::Cache", self.folder.join("cache")),
        ] {
            command
                .arg("-o")
                .arg(format!("{setting}={}", value.display()));
        }
        for setting in [
            "APT::Install-Recommends=false",
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ] {
            command.args(["-o", setting]);
        }
        command.args(arguments);
        command
    }
}

/// Returns the address of the machine's own Debian mirror, whichever format its sources are written in.
fn mirror() -> Result<String> {
    let codename = codename()?;
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
