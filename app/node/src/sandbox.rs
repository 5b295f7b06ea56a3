//! What runs modules that strangers send: child processes, with their attempts journaled.

use crate::{error::NodeError, journal::AttemptJournal};
use assay_runner::{ChildConfig, ChildProgram, ChildRunner, Probe, Protections, RunnerError};
use std::{path::Path, time::Duration};

/// Starts one child process, which tries to reach what it must not, and returns what it could do.
///
/// # Errors
/// [`RunnerError`] if no child can be started.
pub fn probe_sandbox(program: &ChildProgram) -> Result<Probe, RunnerError> {
    program.probe()
}

/// The sandbox, and what it remembers of modules.
pub struct Sandbox {
    pub runner: ChildRunner,
    pub attempts: AttemptJournal,
    /// What holds in its child processes.
    pub protections: Protections,
}

impl Sandbox {
    /// Opens the folders for compiled code and for attempts in the state directory `dir`, and starts a first child, so that a
    /// machine that cannot start one is found now. A run may take up to `wall_limit`.
    ///
    /// # Errors
    /// [`NodeError::Runner`], [`NodeError::Journal`].
    pub fn start(
        program: &ChildProgram,
        dir: &Path,
        wall_limit: Duration,
    ) -> Result<Self, NodeError> {
        let attempts = AttemptJournal::open(&dir.join("attempts"))?;
        let config = ChildConfig::new(program.clone(), dir.join("code"), wall_limit);
        let runner = ChildRunner::new(config, Box::new(attempts.clone()))?;
        let protections = program.probe()?.protections;
        Ok(Self {
            runner,
            attempts,
            protections,
        })
    }

    /// Returns what an operator should know of protections that do not hold, or `None` if all hold.
    pub fn weakness(&self) -> Option<String> {
        let missing = self.protections.missing();
        let names: Vec<_> = missing.iter().map(|missing| missing.name()).collect();
        (!names.is_empty()).then(|| {
            let names = names.join(", ");
            format!("this machine does not give the processes that run strangers' programs all protections ({names} missing); see `assay node doctor`")
        })
    }
}
