//! One file per command group; one report type per command.

pub mod gov;
pub mod job;
pub mod localnet;
pub mod node;
pub mod params;
pub mod provider;
pub mod rewards;
pub mod wallet;
