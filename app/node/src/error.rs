//! Why a node does not start, or stops.

use crate::journal::JournalError;
use assay_client::{cranks::is_lost_race, Address};
use assay_content::ContentError;
use assay_runner::RunnerError;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error(transparent)]
    Chain(#[from] assay_client::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Runner(#[from] RunnerError),
    #[error("the owner {0} has no worker on the market; register the provider, open its worker and add collateral first")]
    NoWorker(Address),
    #[error("the provider of {owner} names the node key {expected}, not {found}; use that key or update the provider")]
    WrongKey {
        owner: Address,
        expected: Address,
        found: Address,
    },
    #[error(
        "no blob store is configured, so requesters could not fetch results; name at least one"
    )]
    NoBlobStore,
    #[error("a node must be allowed to run and to claim at least one task at a time")]
    NoCapacity,
    #[error("cannot use {}: {reason}; check that it is writable and the disk not full", path.display())]
    Disk { path: PathBuf, reason: io::Error },
    #[error("an external command answers only for the modules that it stands for; name them by hash, with --module in the command line")]
    NoModules,
    #[error("the operating system gives no random numbers: {0}")]
    Random(String),
    #[error("the threads that run tasks have ended; restart the node")]
    CrewGone,
}

impl NodeError {
    /// Whether the next round may well succeed: somebody else was faster, or the network is in trouble.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Chain(_) | Self::Content(_))
    }

    /// Returns true if somebody else took the same step first, or if the step is due a little later.
    pub fn is_lost_race(&self) -> bool {
        matches!(self, Self::Chain(error) if is_lost_race(error))
    }

    /// Returns true if the network rejected a transaction.
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Chain(error) if error.is_rejected())
    }

    /// Whether it concerns only what was tried: other jobs may well go on. A network out of reach concerns all of them.
    pub fn is_local(&self) -> bool {
        self.is_passing() && !matches!(self, Self::Chain(assay_client::Error::Unreachable { .. }))
    }
}
