//! A local network in one process: a Solana cluster (Surfpool, offline) with JSON-RPC and WebSocket servers, and a blob
//! store over HTTP.
//!
//! The caller decides which programs are deployed and how they are initialized. From `assay-content` come only the name of
//! a blob, the path of a blob store and the size of the largest blob. All functions block; the async runtimes are inside.
//!
//! ```no_run
//! # fn main() -> assay_localnet::Result<()> {
//! let network = assay_localnet::Localnet::start(assay_localnet::Config::default())?;
//! let url = network.rpc_url();
//! network.run_until_signal(|| println!("{url}"))
//! # }
//! ```

pub mod blobs;
mod chain;
pub mod clock;
mod config;
mod deploy;
mod error;
mod localnet;
mod ports;

pub use config::{Config, BLOB_PORT_FLAG, RPC_PORT_FLAG, WS_PORT_FLAG};
pub use deploy::{deploy, write_account};
pub use error::{Error, Result};
pub use localnet::Localnet;
