//! Why the local network could not do something.

use std::{io, path::PathBuf};

use solana_pubkey::Pubkey;

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the local network could not do something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process listens on a port.
    #[error("the {purpose} port {port} on {host} is taken: stop what listens there or choose another port with {flag}")]
    PortTaken {
        /// Name of the server.
        purpose: &'static str,
        /// Address of the server.
        host: String,
        /// The port.
        port: u16,
        /// The command line's flag for the port.
        flag: &'static str,
    },
    /// A port cannot be used for another reason.
    #[error("cannot listen for {purpose} on {host}:{port}: {source}")]
    CannotListen {
        /// Name of the server.
        purpose: &'static str,
        /// Address of the server.
        host: String,
        /// The port.
        port: u16,
        /// What the operating system reported.
        source: io::Error,
    },
    /// A part of the network did not start, for this reason.
    #[error("the local network did not start: {0}")]
    NotStarted(String),
    /// The cluster ended by itself, for this reason.
    #[error("the local network ended by itself: {0}")]
    Died(String),
    /// The ports were still open after this many seconds.
    #[error("the local network did not close its ports within {0} seconds")]
    NotStopped(u64),
    /// [`Config::slot_ms`](crate::Config::slot_ms) is out of bounds.
    #[error("the slot time must be between 10 and 400 milliseconds, not {0}")]
    SlotTime(u64),
    /// The directory of the blobs cannot be created or written.
    #[error("cannot keep blobs in {}: {source}", .dir.display())]
    BlobDir {
        /// The directory.
        dir: PathBuf,
        /// What the operating system reported.
        source: io::Error,
    },
    /// A program was not deployed.
    #[error("{program} was not deployed: {reason}")]
    NotDeployed {
        /// Address of the program.
        program: Pubkey,
        /// What failed.
        reason: String,
    },
    /// An account was not written.
    #[error("the account {address} was not written: {reason}")]
    NotWritten {
        /// Address of the account.
        address: Pubkey,
        /// What failed.
        reason: String,
    },
    /// The RPC server did not respond, or not as expected.
    #[error("no answer from {url}: {reason}")]
    Unreachable {
        /// URL of the server.
        url: String,
        /// What failed.
        reason: String,
    },
    /// The network at this URL does not let its clock be moved.
    #[error(
        "the network at {0} cannot travel in time: only a network started by `assay localnet` can"
    )]
    NoTimeTravel(String),
    /// The clock cannot be moved forward by this many seconds.
    #[error("{0} seconds from now is past the end of time")]
    FarFuture(u64),
    /// The operating system does not deliver signals.
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
}
