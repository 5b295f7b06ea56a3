//! What Debian's suites have now, as rows of the table.

use super::{apt_get, codename, download, is_root, require_debian, suite::Private, PURPOSES};
use crate::{
    pins::{self, Pin, Source},
    process,
    workspace::{self, Workspace},
};
use anyhow::{ensure, Result};
use std::{path::Path, process::Command};

/// The names of libraries that a compiler or linker consists of begin so; they are pinned with it.
const OWN_LIBRARIES: [&str; 3] = ["libclang", "libllvm", "libstd-rust-web"];

/// Returns rows for the newest packages of this machine's suites, and for `package` of `suite` with all that it depends on.
/// Nothing is installed.
///
/// # Errors
/// When this is not Debian on amd64, the user is not root, or a package is missing.
pub fn newest(
    workspace: &Workspace,
    package: &str,
    suite: &str,
    purpose: &str,
) -> Result<Vec<Pin>> {
    require_debian()?;
    ensure!(is_root()?, "apt-get needs root to fetch its lists");
    let mut found = Vec::new();
    process::run(&mut apt_get(&["update"]))?;
    let codename = codename()?;
    for of in PURPOSES {
        let folder = workspace.fresh_folder("debian.partial")?;
        let names = with_own_libraries(of.packages())?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let arguments = [&["download"], names.as_slice()].concat();
        process::run(apt_get(&arguments).current_dir(&folder))?;
        for pin in rows(&folder, Source::Installed, &codename, of.name())? {
            // A library of two tools has one row, that of the first.
            if !found.iter().any(|other: &Pin| other.name == pin.name) {
                found.push(pin);
            }
        }
        workspace::remove_folder(&folder)?;
    }
    let folder = workspace.fresh_folder("libllvm.partial")?;
    let private = Private::create(suite, folder.join("apt"))?;
    let archives = private.download_closure(package)?;
    found.extend(rows(&archives, Source::Unpacked, suite, purpose)?);
    workspace::remove_folder(&folder)?;
    Ok(found)
}

/// Returns the packages with those that they depend on and consist of.
fn with_own_libraries(packages: &[&str]) -> Result<Vec<String>> {
    let mut names: Vec<String> = packages.iter().map(|name| (*name).to_owned()).collect();
    let mut next = 0;
    while let Some(name) = names.get(next) {
        let depends = process::output(Command::new("apt-cache").args(["depends", name]))?;
        for library in own_libraries(&depends) {
            if !names.contains(&library) {
                names.push(library);
            }
        }
        next += 1;
    }
    Ok(names)
}

/// Returns the libraries among what `apt-cache depends` printed.
fn own_libraries(depends: &str) -> Vec<String> {
    depends
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .filter(|name| OWN_LIBRARIES.iter().any(|own| name.starts_with(own)))
        .map(str::to_owned)
        .collect()
}

/// Returns a row for each package file of a folder.
fn rows(folder: &Path, source: Source, suite: &str, purpose: &str) -> Result<Vec<Pin>> {
    let archives = download::archives(folder)?.into_iter();
    archives
        .map(|archive| {
            Ok(Pin {
                source,
                suite: suite.to_owned(),
                purpose: purpose.to_owned(),
                name: archive.name,
                version: archive.version,
                sha256: pins::sha256(&archive.path)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compilers_own_libraries_are_found() {
        let depends = "libstd-rust-web-1.96\n  Depends: libc6\n  Depends: libllvm22\n  Conflicts: <libllvm21>\n  \
                       Depends: libstd-rust-web-dev\n";
        assert_eq!(own_libraries(depends), ["libllvm22", "libstd-rust-web-dev"]);
    }
}
