//! Real processes: `assay localnet`, nodes and commands. Each wait is bounded in time, and each process is killed when its
//! owner is dropped.
//!
//! Functions whose name begins with `try_` return errors. Their sisters panic, which is what a test wants.

mod attester;
mod cli;
mod faulty_rpc;
mod journal;
mod localnet;
mod malicious_blob_server;
mod modules;
mod node;
mod process;
mod upgrade;
mod workspace;

pub use attester::Attester;
pub use cli::{json_text, json_units, json_whole, Cli, CliOutput};
pub use faulty_rpc::FaultyRpc;
pub use journal::Journal;
pub use localnet::Localnet;
pub use malicious_blob_server::MaliciousBlobServer;
pub use modules::{compile_hostile_module, compile_module, sha256_hex, ECHO, SLOW_LOOP};
pub use node::{Node, NodeOptions};
pub use process::Process;
pub use upgrade::{try_next_version, try_upload};
pub use workspace::Workspace;

use anyhow::Result;
use std::time::{Duration, Instant};

/// Longest wait for anything.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(120);
/// Time between two looks at something that is waited for.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Polls until `poll` returns a value, and returns it.
///
/// # Panics
/// If there is no value in time. The message names `what`.
#[track_caller]
pub fn wait_until<T>(what: &str, mut poll: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = poll() {
            return value;
        }
        assert!(
            started.elapsed() < WAIT_TIMEOUT,
            "waited in vain for {what}"
        );
        std::thread::sleep(POLL_INTERVAL);
    }
}

/// Prints to stderr what a test does now.
pub fn log(what: &str) {
    eprintln!("  {what}");
}

/// Returns the value, or panics with the error and its causes.
#[track_caller]
fn or_panic<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error:#}"))
}
