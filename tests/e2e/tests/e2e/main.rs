//! Client, command line and nodes on a local network, as real processes.
//!
//! The tests run the `assay` binary beside their own, a dependency that Cargo cannot express. `cargo xtask test` builds it
//! first; by hand: `cargo build --ignore-rust-version -p assay-cli`.

mod attested;
mod bad_input;
mod by_hand;
mod checks;
mod closing;
mod delegations;
mod doctor;
mod empty_folder;
mod every_command;
mod extending;
mod held_pay;
mod hostile;
mod job;
mod languages;
mod liars;
mod limits;
mod migrate;
mod modules_and_receipts;
mod no_input;
mod plain_client;
mod priority_fees;
mod restart;
mod results;
mod rewards;
mod transactions;
mod unbond;
mod votes;
mod walkthrough;
mod withdrawn;
