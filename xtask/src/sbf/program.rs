//! The programs of the workspace.

use crate::workspace::Workspace;
use std::path::PathBuf;

/// A crate that becomes bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The Cargo package.
    pub package: &'static str,
    /// Its short name: the last component of `path`.
    pub folder: &'static str,
    /// Its folder, relative to the root of the repository.
    path: &'static str,
    /// The folder under `target/` that its bytecode goes to.
    kind: &'static str,
}

/// The four programs of Assay, in the order in which they depend on each other.
pub const PROGRAMS: [Program; 4] = [
    Program {
        package: "assay-staking",
        folder: "staking",
        path: "programs/staking",
        kind: "deploy",
    },
    Program {
        package: "assay-market",
        folder: "market",
        path: "programs/market",
        kind: "deploy",
    },
    Program {
        package: "assay-rewards",
        folder: "rewards",
        path: "programs/rewards",
        kind: "deploy",
    },
    Program {
        package: "assay-governance",
        folder: "governance",
        path: "programs/governance",
        kind: "deploy",
    },
];

/// The example programs, which act on what the market writes. They are not deployed with the four.
const EXAMPLES: [Program; 1] = [Program {
    package: "parametric-cover",
    folder: "parametric-cover",
    path: "examples/programs/parametric-cover",
    kind: "examples",
}];

/// The program that proves the toolchain. It is never deployed, and so kept out of `target/deploy`.
pub const CONFORMANCE: Program = Program {
    package: "assay-conformance",
    folder: "conformance",
    path: "toolchain/conformance",
    kind: "conformance",
};

impl Program {
    /// Finds a program by its package, folder or library name.
    ///
    /// # Errors
    /// When there is no such program, with the names of those there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let known = || Self::all().map(|program| program.folder).join(", ");
        Self::all()
            .into_iter()
            .find(|program| {
                program.package == name || program.folder == name || program.name() == name
            })
            .ok_or_else(|| format!("no such program; there are {}", known()))
    }

    /// Returns the four programs and the examples.
    pub fn all() -> [Self; 5] {
        let ([staking, market, rewards, governance], [cover]) = (PROGRAMS, EXAMPLES);
        [staking, market, rewards, governance, cover]
    }

    /// Returns the library's name, which is also the bytecode's file name without its extension.
    pub fn name(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Returns the folder of the program's manifest.
    pub fn manifest_folder(&self, workspace: &Workspace) -> PathBuf {
        workspace.root.join(self.path)
    }

    /// Returns where the finished bytecode goes.
    pub fn artifact(&self, workspace: &Workspace) -> PathBuf {
        workspace
            .artifacts(self.kind)
            .join(format!("{}.so", self.name()))
    }

    /// Returns the file that names the route which made that bytecode; the suite of compute units reads it.
    pub fn route_record(&self, workspace: &Workspace) -> PathBuf {
        workspace
            .artifacts(self.kind)
            .join(format!(".{}.route", self.name()))
    }
}
