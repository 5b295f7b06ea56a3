//! A whole local network in one process: a Solana cluster (Surfpool, offline) behind the standard JSON-RPC and WebSocket
//! ports, and a content-addressed blob store over HTTP.
//!
//! The library knows nothing about Assay's programs: what is deployed and how it is migrated is its caller's choice.
//! Everything is blocking; the async runtimes live inside.
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
pub use deploy::deploy;
pub use error::{Error, Result};
pub use localnet::Localnet;
