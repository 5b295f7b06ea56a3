use std::{io, path::PathBuf};

use solana_pubkey::Pubkey;

/// The result of everything this crate does.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the local network could not do something; each message says what to do next where there is something to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the {purpose} port {port} on {host} is taken: stop what listens there or choose another port with {flag}")]
    PortTaken {
        purpose: &'static str,
        host: String,
        port: u16,
        flag: &'static str,
    },
    #[error("cannot listen for {purpose} on {host}:{port}: {source}")]
    CannotListen {
        purpose: &'static str,
        host: String,
        port: u16,
        source: io::Error,
    },
    #[error("the local network did not start: {0}")]
    NotStarted(String),
    #[error("the local network ended by itself: {0}")]
    Died(String),
    #[error("the local network did not close its ports within {0} seconds")]
    NotStopped(u64),
    #[error("the slot time must be between 10 and 400 milliseconds, not {0}")]
    SlotTime(u64),
    #[error("cannot keep blobs in {}: {source}", .dir.display())]
    BlobDir { dir: PathBuf, source: io::Error },
    #[error("{program} was not deployed: {reason}")]
    NotDeployed { program: Pubkey, reason: String },
    #[error("no answer from {url}: {reason}")]
    Unreachable { url: String, reason: String },
    #[error(
        "the network at {0} cannot travel in time: only a network started by `assay localnet` can"
    )]
    NoTimeTravel(String),
    #[error("{0} seconds from now is past the end of time")]
    FarFuture(u64),
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
}
