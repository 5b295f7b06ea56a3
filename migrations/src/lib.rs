//! Brings a cluster on which the four programs are deployed to a working state: mint, parameters, payment tokens, power
//! to governance.
//!
//! [`migrate`] looks at the chain before each step, so that running it twice, or again after a failure, does only what
//! is missing; at the end it compares everything with the [`Cluster`]'s file.

pub mod cluster;
mod configs;
mod error;
mod laws;
mod migrate;
mod payment;
mod preflight;
mod programs;
pub mod token;
mod verify;
mod votable;

pub use cluster::Cluster;
pub use error::{Error, Result};
pub use migrate::{migrate, Deployed, Step};
pub use programs::{Program, PROGRAMS};
