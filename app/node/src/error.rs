//! Why a node does not start, or stops. [`crate::retry`] decides which errors are retried.

use crate::{journal::JournalError, task_spec::TaskError};
use assay_client::Address;
use assay_content::ContentError;
use assay_runner::{ExitStatus, RunnerError};
use std::{io, net::SocketAddr, path::PathBuf};

/// Why a node does not start, or stops.
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
    #[error("cannot give out the input of a task: {0}")]
    Inputs(TaskError),
    #[error("the owner {0} has no worker on the market; register the provider, open its worker and add collateral first")]
    NoWorker(Address),
    #[error("the provider of {owner} names the node key {expected}, not {found}; use that key or update the provider")]
    WrongKey {
        owner: Address,
        expected: Address,
        found: Address,
    },
    #[error(
        "no blob store is configured, so nobody could fetch results and inputs; name at least one"
    )]
    NoBlobStore,
    #[error("a node must be allowed to run and to claim at least one task at a time")]
    NoCapacity,
    #[error("cannot use {}: {reason}; check that it is writable and the disk not full", path.display())]
    Disk { path: PathBuf, reason: io::Error },
    #[error("a watcher must run a share of the results again: more than nothing, at most all (10000 basis points)")]
    NoShare,
    #[error("an external command implements only certain modules; name them by hash, with --module in the command line")]
    NoModules,
    #[error("the external command does not pass its test: it ended with {exit:?} and {bytes} bytes, and not with the {expected} bytes that were expected; run it by hand on the same input")]
    SelfTestFailed {
        exit: ExitStatus,
        bytes: usize,
        expected: usize,
    },
    #[error("the operating system gives no random numbers: {0}")]
    Random(String),
    #[error("the market on this network was set up for another cluster, so its signatures would count there; check --url")]
    OtherCluster,
    #[error("the key {key} is not one of the attester set {set}; use a key of the set, or open a new set with this key")]
    NotInSet { key: Address, set: Address },
    #[error("cannot listen on {address}: {reason}; choose another address")]
    Listen {
        address: SocketAddr,
        reason: io::Error,
    },
    #[error("the escrow of a job is frozen by the token's issuer, so the pay of its seats stays owed until that is over")]
    PayFrozen,
    #[error("the requester of the job {0}, or the author of its module, has no token account for what it is owed, and this node pays no rent for others; see --pay-rent-of-others")]
    RentOfOthers(Address),
    #[error("the node's threads have ended; restart the node")]
    PoolShutDown,
}

impl NodeError {
    /// Returns true if the network rejected a transaction.
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Chain(error) if error.is_rejected())
    }
}
