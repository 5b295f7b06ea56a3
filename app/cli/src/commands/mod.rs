//! The commands. A group of commands is a file or a folder; each command has one report type.

pub mod attester;
pub mod delegate;
pub mod gov;
pub mod job;
#[cfg(feature = "localnet")]
pub mod localnet;
pub mod module;
pub mod node;
pub mod params;
pub mod provider;
pub mod rewards;
pub mod wallet;
