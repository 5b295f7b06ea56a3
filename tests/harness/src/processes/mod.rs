//! Real processes for tests: `assay localnet`, nodes and commands, each bounded in time and gone when dropped.

mod command;
mod journal;
mod module;
mod network;
mod node;
mod process;
mod proxy;
mod swindler;

pub use command::{Answer, Assay};
pub use journal::Journal;
pub use module::{compiled, hostile, sha256_hex, ECHO, PONDER};
pub use network::Network;
pub use node::{Node, NodeSetup};
pub use process::{binary, deploy_dir, repository, Lines, PATIENCE};
pub use proxy::Proxy;
pub use swindler::Swindler;

use std::time::{Duration, Instant};

/// Asks every 50 ms until there is an answer; panics, naming `what`, when there is none in time.
#[track_caller]
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Tells whoever watches the test what it is doing.
pub fn say(what: &str) {
    eprintln!("  {what}");
}
