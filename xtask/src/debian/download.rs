//! Package files of one exact version.

use crate::{
    pins::{Pin, FILE},
    process,
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A downloaded package file.
pub struct Archive {
    pub name: String,
    pub version: String,
    pub path: PathBuf,
}

/// Downloads pinned packages to `folder`, compares each with its hash and returns their paths. `apt` makes an `apt-get` with
/// arguments.
///
/// # Errors
/// When a version is gone, or a file is another one.
pub fn pinned(
    apt: impl Fn(&[&str]) -> Command,
    pins: &[&Pin],
    folder: &Path,
) -> Result<Vec<PathBuf>> {
    let wanted: Vec<String> = pins
        .iter()
        .map(|pin| format!("{}={}", pin.name, pin.version))
        .collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let arguments = [&["download"], wanted.as_slice()].concat();
    process::run(apt(&arguments).current_dir(folder)).with_context(|| moved_on(pins))?;
    let archives = archives(folder)?;
    pins.iter()
        .map(|pin| {
            let is_it =
                |archive: &&Archive| archive.name == pin.name && archive.version == pin.version;
            let archive = archives
                .iter()
                .find(is_it)
                .with_context(|| moved_on(&[pin]))?;
            pin.verify(&archive.path)?;
            Ok(archive.path.clone())
        })
        .collect()
}

/// Returns what to do when Debian does not have a pinned version.
fn moved_on(pins: &[&Pin]) -> String {
    let suite = pins.first().map_or("", |pin| pin.suite.as_str());
    format!(
        "Debian {suite} does not have all versions that {FILE} pins (apt names those that are missing). If the suite has moved on: \
         `cargo xtask toolchain --update` pins what it has now. Or give the address of a snapshot of Debian's archive that \
         has them in {}",
        super::suite::ARCHIVE
    )
}

/// Returns the package files of a folder.
///
/// # Errors
/// When one cannot be read.
pub fn archives(folder: &Path) -> Result<Vec<Archive>> {
    let mut archives = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "deb") {
            continue;
        }
        let mut show = Command::new("dpkg-deb");
        show.args(["--show", "--showformat=${Package} ${Version}"])
            .arg(&path);
        let shown = process::output(&mut show)?;
        let (name, version) = shown
            .split_once(' ')
            .with_context(|| format!("{} is no Debian package", path.display()))?;
        archives.push(Archive {
            name: name.to_owned(),
            version: version.to_owned(),
            path,
        });
    }
    Ok(archives)
}
