//! A provider's node as a process of its own.

use crate::{
    network::Network,
    process::{Lines, Running},
};
use serde_json::Value;

/// `assay node run` for the provider of this name; killed when dropped. Its state outlives it.
pub struct Node {
    running: Running,
    lines: Lines,
}

impl Node {
    /// Starts the node, or starts it again where the last one was killed.
    pub fn start(network: &Network, provider: &str) -> Self {
        let assay = network.with_key(&format!("{provider}-node"));
        let owner = format!("{provider}.json");
        let state = format!("{provider}-state");
        let arguments = [
            "node",
            "run",
            "--owner",
            &owner,
            "--state",
            &state,
            "--store",
            &network.blob_url,
        ];
        let mut running = Running::start(&mut assay.command(&arguments));
        let mut lines = Lines::of(&mut running.child);
        lines.wait("start of the node", |line| is(line, "started"));
        Self { running, lines }
    }

    /// The next event of this name about this job.
    #[track_caller]
    pub fn wait(&mut self, event: &str, job: &str) -> Value {
        self.lines.wait(&format!("`{event}` of {job}"), |line| {
            is(line, event) && line.get("job").and_then(Value::as_str) == Some(job)
        })
    }

    /// Every other event so far.
    pub fn rest(&mut self) -> Vec<Value> {
        self.lines.rest()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.running.kill();
    }
}

fn is(line: &Value, event: &str) -> bool {
    line.get("event").and_then(Value::as_str) == Some(event)
}
