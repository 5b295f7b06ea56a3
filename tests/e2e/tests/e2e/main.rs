//! Client and command line against a local network, with real processes throughout. Built beside `assay`, which is not a
//! dependency that Cargo can express: `cargo build -p assay-cli` first, as `cargo xtask test` does.

mod bad_input;
mod hostile;
mod job;
mod migrate;
mod plain_client;
mod restart;
mod results;
mod unbond;
mod votes;
mod walkthrough;
