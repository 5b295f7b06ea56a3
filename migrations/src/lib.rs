//! Sets up a cluster on which the four programs are deployed: mint, parameters, payment mints, the founders' locks, and then all
//! authority to governance.
//!
//! [`migrate`] reads the chain before each step and sends only what is missing. It is safe to run twice, and again after a
//! failure. At the end it compares the chain with the [`ClusterConfig`].

pub mod cluster;
mod config;
mod error;
mod founders;
mod keys;
mod migrate;
mod past;
mod payment_mint;
mod preflight;
mod programs;
mod validate;
mod verify;

pub use cluster::ClusterConfig;
pub use error::{Error, Result};
pub use keys::Keys;
pub use migrate::{migrate, MigrationReport, Step};
pub use programs::{Program, PROGRAMS};
