//! The folders of the workspace and of its build tools.

use crate::process;
use anyhow::{Context, Result};
use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

/// The folders that the commands work on.
pub struct Workspace {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's target directory, for intermediate files. `CARGO_TARGET_DIR` moves it; finished artifacts stay in `target/`
    /// under the root.
    pub scratch: PathBuf,
    /// The folder of tools that are set up once on a machine: `ASSAY_CACHE`, or `assay` in the user's cache folder.
    pub cache: PathBuf,
}

impl Workspace {
    /// Finds the workspace that this program was built from.
    ///
    /// # Errors
    /// When the environment names no place for the build tools.
    pub fn locate() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest
            .parent()
            .map(Path::to_path_buf)
            .context("xtask has no parent folder")?;
        let scratch =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self {
            scratch: std::path::absolute(scratch)?,
            cache: cache()?,
            root,
        })
    }

    /// Returns the commit that is checked out.
    ///
    /// # Errors
    /// When git does not say.
    pub fn commit(&self) -> Result<String> {
        let mut git = Command::new("git");
        git.current_dir(&self.root)
            .args(["rev-parse", "--short", "HEAD"]);
        Ok(process::output(&mut git)?.trim().to_owned())
    }

    /// Returns the folder of finished artifacts of one kind: `target/<kind>` under the root.
    pub fn artifacts(&self, kind: &str) -> PathBuf {
        self.root.join("target").join(kind)
    }

    /// Returns the cargo that runs this program, in the workspace's root.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        if env::var_os("CI").is_some() && env::var_os("CARGO_INCREMENTAL").is_none() {
            // Incremental compilation makes the first build slower, and CI makes no second one.
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// Returns the `[profile.release]` that bytecode is built with, as TOML, for a build outside this workspace.
    ///
    /// # Errors
    /// When the root manifest cannot be read.
    pub fn release_profile(&self) -> Result<String> {
        let path = self.root.join("Cargo.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut manifest: toml::Table = text.parse()?;
        manifest.retain(|key, _| key == "profile");
        if let Some(toml::Value::Table(profiles)) = manifest.get_mut("profile") {
            profiles.retain(|name, _| name == "release");
        }
        Ok(manifest.to_string())
    }

    /// Waits until no other process sets up tools in the cache. The lock ends when the returned file is dropped.
    ///
    /// # Errors
    /// When the cache folder cannot be created or locked.
    pub fn lock_cache(&self) -> Result<File> {
        fs::create_dir_all(&self.cache)
            .with_context(|| format!("cannot create {}", self.cache.display()))?;
        let lock = File::create(self.cache.join("lock"))?;
        lock.lock()
            .with_context(|| format!("cannot lock {}", self.cache.display()))?;
        Ok(lock)
    }

    /// Creates an empty folder in the cache, to be filled and then renamed: a folder under its final name is complete.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn fresh_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.cache.join(name);
        remove_folder(&folder)?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder)
    }
}

/// Returns the folder of the build tools.
fn cache() -> Result<PathBuf> {
    if let Some(cache) = env::var_os("ASSAY_CACHE") {
        return Ok(std::path::absolute(cache)?);
    }
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|cache| !cache.is_empty()) {
        return Ok(Path::new(&cache).join("assay"));
    }
    let home = env::var_os("HOME")
        .context("HOME is not set; set ASSAY_CACHE to a folder for the build tools")?;
    Ok(Path::new(&home).join(".cache").join("assay"))
}

/// Removes a folder with everything in it, if there is one.
///
/// # Errors
/// When it cannot be removed.
pub fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Replaces a file in one step, so that a reader never sees half of it. Leaves it alone when nothing changed, so that its
/// time of modification makes nothing stale.
///
/// # Errors
/// When the file cannot be written.
pub fn replace_file(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == contents) {
        return Ok(());
    }
    let folder = path.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let partial = path.with_extension(format!("partial-{}", std::process::id()));
    fs::write(&partial, contents).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, path).with_context(|| format!("cannot replace {}", path.display()))
}
