//! A copy of the programs that is mutated and compiled, so that nothing of the repository changes.

use super::catalogue::Mutant;
use crate::{
    process,
    sbf::{self, Program, Route, PROGRAMS},
    workspace::{replace_file, Workspace},
};
use anyhow::{Context, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the programs are compiled from, and the tools of the upstream route.
const COPIED: [&str; 3] = [
    "programs",
    "toolchain/sbf-builtins",
    "xtask/src/sbf/upstream",
];
const MEMBERS: [&str; 6] = [
    "programs/staking",
    "programs/market",
    "programs/rewards",
    "programs/governance",
    "programs/shared",
    "toolchain/sbf-builtins",
];

/// How mutants are compiled. The crate that is compiled anew for each of them is not optimized, which halves the time, and is
/// compiled incrementally, which saves a quarter of the rest.
/// Overflow checks stay on: some rule is nothing but a subtraction that must not fall below zero.
///
/// Unit tests of mutants are compiled natively without optimization, but for the hash that they call most.
const PROFILES: &str = "
[release]
lto = \"off\"
codegen-units = 1
incremental = true
overflow-checks = true
opt-level = 1

[release.package.assay-market]
opt-level = 0

[release.package.assay-staking]
opt-level = 0

[dev]
debug = false

[dev.package.sha2]
opt-level = 3
";

/// The copy and its bytecode.
pub struct Sandbox {
    /// The copy as a workspace of its own.
    copy: Workspace,
    route: Route,
    /// The folder of the bytecode without a mutant.
    original: PathBuf,
    /// The folder of the bytecode with the mutant that is tried.
    mutated: PathBuf,
}

impl Sandbox {
    /// Copies the programs to a folder of this name. What has not changed since the last time keeps its time of modification,
    /// and its build.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn prepare(workspace: &Workspace, route: Route, name: &str) -> Result<Self> {
        let folder = workspace.scratch.join("mutants");
        let root = folder.join(name);
        for path in COPIED {
            copy_folder(&workspace.root.join(path), &root.join(path))?;
        }
        let manifest = manifest(workspace)?;
        replace_file(&root.join("Cargo.toml"), manifest.as_bytes())?;
        fs::copy(workspace.root.join("Cargo.lock"), root.join("Cargo.lock"))?;
        // Takes out of the lockfile what the copy does not need.
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(&root)
            .args(["metadata", "--format-version=1"]);
        process::output(&mut cargo)?;
        Ok(Self {
            copy: Workspace {
                root,
                scratch: folder.clone(),
                cache: workspace.cache.clone(),
            },
            route,
            original: folder.join("original"),
            mutated: folder.join("mutated"),
        })
    }

    /// Returns the root of the copy.
    pub fn root(&self) -> &Path {
        &self.copy.root
    }

    /// Returns the folder of the bytecode without a mutant.
    pub fn bytecode(&self) -> &Path {
        &self.original
    }

    /// Compiles every program without a mutant.
    ///
    /// # Errors
    /// When one does not compile.
    pub fn build_all(&self) -> Result<()> {
        for program in &PROGRAMS {
            let elf = sbf::compile(&self.copy, self.route, program)?;
            let file = format!("{}.so", program.name());
            replace_file(&self.original.join(&file), &fs::read(&elf)?)?;
        }
        Ok(())
    }

    /// Compiles the program of a mutant, and returns the folder of its bytecode with that of the other programs.
    ///
    /// # Errors
    /// When the mutant does not compile.
    pub fn build_mutant(&self, mutant: &Mutant) -> Result<&Path> {
        let program = Program::parse(mutant.program()).map_err(anyhow::Error::msg)?;
        let mut files = BTreeMap::new();
        for edit in &mutant.edits {
            let path = PathBuf::from(&edit.file);
            let source = match files.get(&path) {
                Some(edited) => String::clone(edited),
                None => fs::read_to_string(self.root().join(&path))?,
            };
            files.insert(path, source.replacen(&edit.original, &edit.mutant, 1));
        }
        self.build_changed(&program, &files)
            .with_context(|| format!("mutant {}", mutant.name))
    }

    /// Compiles a program with other texts of some files, and returns the folder of its bytecode with that of the others.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn build_changed(
        &self,
        program: &Program,
        files: &BTreeMap<PathBuf, String>,
    ) -> Result<&Path> {
        let bytecode = self.with_changes(files, || {
            Ok(fs::read(sbf::compile(&self.copy, self.route, program)?)?)
        })?;
        for other in &PROGRAMS {
            let file = format!("{}.so", other.name());
            let original;
            let contents = if other == program {
                &bytecode
            } else {
                original = fs::read(self.original.join(&file))?;
                &original
            };
            replace_file(&self.mutated.join(&file), contents)?;
        }
        Ok(&self.mutated)
    }

    /// Does something while some files of the copy have other texts.
    ///
    /// # Errors
    /// When a file cannot be read or written, or what is done fails.
    pub fn with_changes<T>(
        &self,
        files: &BTreeMap<PathBuf, String>,
        act: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let originals = files
            .keys()
            .map(|file| Ok((file, fs::read(self.root().join(file))?)))
            .collect::<Result<Vec<_>>>()?;
        let changed = files
            .iter()
            .try_for_each(|(file, text)| replace_file(&self.root().join(file), text.as_bytes()));
        let outcome = changed.and_then(|()| act());
        for (file, original) in originals {
            replace_file(&self.root().join(file), &original)?;
        }
        outcome
    }
}

/// Returns the root manifest with the members of the copy and the profile of the mutants.
fn manifest(workspace: &Workspace) -> Result<String> {
    let text = fs::read_to_string(workspace.root.join("Cargo.toml"))?;
    let mut manifest: toml::Table = text.parse()?;
    let members = MEMBERS.map(|member| toml::Value::String(member.to_owned()));
    let parts = manifest
        .get_mut("workspace")
        .and_then(toml::Value::as_table_mut)
        .context("the root manifest has no [workspace]")?;
    parts.remove("default-members");
    parts.insert("members".to_owned(), toml::Value::Array(members.to_vec()));
    let profiles: toml::Table = PROFILES.parse()?;
    manifest.insert("profile".to_owned(), toml::Value::Table(profiles));
    Ok(manifest.to_string())
}

/// Makes `to` a copy of a folder and its folders. Files that are the same are left alone, and what the folder does not hold
/// any more is removed: the compiler takes two files of one module for an error.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let mut names = BTreeSet::new();
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().context("a file without a name")?;
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            replace_file(&to.join(name), &fs::read(&path)?)?;
            fs::set_permissions(to.join(name), fs::metadata(&path)?.permissions())?;
        }
        names.insert(name.to_owned());
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if names.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_gone_in_the_copy_too() {
        let folder = std::env::temp_dir().join(format!("assay-copy-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("state")).unwrap();
        fs::write(from.join("state").join("kept.rs"), "new").unwrap();
        for stale in ["state/kept.rs", "state/gone.rs", "event/gone.rs", "gone.rs"] {
            replace_file(&to.join(stale), b"old").unwrap();
        }
        copy_folder(&from, &to).unwrap();
        assert_eq!(fs::read(to.join("state").join("kept.rs")).unwrap(), b"new");
        for stale in ["state/gone.rs", "event", "gone.rs"] {
            assert!(!to.join(stale).exists(), "{stale}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
