//! Where the built parts are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The repository and the `assay` binary under test. Both paths are absolute, because commands run in other directories.
#[derive(Clone)]
pub struct Workspace {
    pub root: PathBuf,
    pub assay: PathBuf,
}

impl Workspace {
    /// # Errors
    /// If the current directory is unknown, to which relative paths are relative.
    pub fn new(root: &Path, assay: &Path) -> Result<Self> {
        let absolute = |path: &Path| {
            std::path::absolute(path).with_context(|| format!("cannot find {}", path.display()))
        };
        Ok(Self {
            root: absolute(root)?,
            assay: absolute(assay)?,
        })
    }

    /// Returns the repository of this source file, with the `assay` binary that lies beside the test's own.
    ///
    /// # Panics
    /// If `assay` is not built.
    pub fn of_test() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let test = std::env::current_exe().expect("a test knows where it is");
        let profile = test.ancestors().nth(2);
        let profile = profile.expect("tests lie in <profile>/deps");
        let assay = profile.join(format!("assay{}", std::env::consts::EXE_SUFFIX));
        assert!(
            assay.is_file(),
            "{} is missing; run `cargo build --ignore-rust-version -p assay-cli` first",
            assay.display()
        );
        super::or_panic(Self::new(&root, &assay))
    }

    /// Returns the directory of the built programs.
    pub fn programs(&self) -> PathBuf {
        self.root.join("target/deploy")
    }

    /// Returns the file of a module that `cargo xtask modules` builds.
    pub fn module(&self, name: &str) -> PathBuf {
        self.root
            .join("target/modules")
            .join(name)
            .with_extension("wasm")
    }
}
