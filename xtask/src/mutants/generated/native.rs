//! Runs the unit tests of a changed package natively.

use super::list::Generated;
use crate::{
    mutants::{sandbox::Sandbox, trial},
    process,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// The files with the formulas: ranks, draws, amounts, verdicts, trees of hashes, the schedule, shares and cuts,
/// streams and the weights of votes. What moves a task or an account from one state to the next is not among them: the suites
/// notice its changes on the bytecode, and the model tries its states.
pub const FILES: [&str; 20] = [
    "programs/market/src/game/contribution.rs",
    "programs/market/src/game/draw.rs",
    "programs/market/src/game/money.rs",
    "programs/market/src/game/rank.rs",
    "programs/market/src/game/rules.rs",
    "programs/market/src/game/round/verdict.rs",
    "programs/shared/src/math.rs",
    "programs/shared/src/merkle.rs",
    "programs/rewards/src/state/funding.rs",
    "programs/rewards/src/state/mintable.rs",
    "programs/rewards/src/state/schedule.rs",
    "programs/staking/src/state/accumulator.rs",
    "programs/staking/src/state/bucket.rs",
    "programs/staking/src/state/capacity.rs",
    "programs/staking/src/state/commission.rs",
    "programs/staking/src/state/pool.rs",
    "programs/staking/src/state/slashing.rs",
    "programs/staking/src/state/stream.rs",
    "programs/governance/src/state/tally.rs",
    "programs/governance/src/state/weight.rs",
];
/// The packages that have them.
pub const PACKAGES: [&str; 5] = [
    "assay-market",
    "assay-shared",
    "assay-rewards",
    "assay-staking",
    "assay-governance",
];

/// How long the unit tests of a package may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The unit tests of the copy.
pub struct UnitTests<'a> {
    workspace: &'a Workspace,
    sandbox: &'a Sandbox,
    /// Cargo's target folder for them.
    target: PathBuf,
}

impl<'a> UnitTests<'a> {
    pub fn new(workspace: &'a Workspace, sandbox: &'a Sandbox) -> Self {
        let target = workspace.scratch.join("mutants").join("native");
        Self {
            workspace,
            sandbox,
            target,
        }
    }

    /// Returns the packages whose unit tests can notice a change of `package`.
    pub fn packages(package: &str) -> Vec<&str> {
        match package {
            // Its arithmetic is what the market's game computes with.
            "assay-shared" => vec![package, "assay-market"],
            _ => vec![package],
        }
    }

    /// Builds and runs the unit tests of the copy as it stands, and returns the first that fails.
    ///
    /// # Errors
    /// When they do not build.
    pub fn first_failure(&self, package: &str) -> Result<Option<String>> {
        let executable = self.build(package)?;
        let failed = trial::first_failure(&executable, Path::new(""), &[], LIMIT)?;
        Ok(failed.map(|test| format!("{package}::{test}")))
    }

    /// Runs the unit tests that can notice a mutant.
    ///
    /// # Errors
    /// When the mutant does not compile.
    pub fn first_failure_of(&self, mutant: &Generated) -> Result<Option<String>> {
        let files = mutant.apply(self.sandbox.root())?;
        self.sandbox.with_changes(&files, || {
            for package in Self::packages(&mutant.package) {
                let failed = self.first_failure(package)?;
                if failed.is_some() {
                    return Ok(failed);
                }
            }
            Ok(None)
        })
    }

    fn build(&self, package: &str) -> Result<PathBuf> {
        let mut cargo = self.workspace.cargo();
        cargo
            .current_dir(self.sandbox.root())
            .args([
                "test",
                "--no-run",
                "--lib",
                "--locked",
                "--ignore-rust-version",
            ])
            .args(["--quiet", "--message-format=json-render-diagnostics"])
            .args(["--package", package, "--target-dir"])
            .arg(&self.target);
        let messages = process::output(&mut cargo)?;
        let mut built = trial::executables(&messages)?.into_iter();
        let built = built
            .next()
            .with_context(|| format!("{package} has no unit tests"))?;
        // The next mutant's build replaces the executable while a test that hangs may still hold it.
        let copy = self.target.join(format!("{package}-tests"));
        fs::copy(&built.executable, &copy)?;
        Ok(copy)
    }
}
