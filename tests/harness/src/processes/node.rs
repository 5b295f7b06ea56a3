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

/// How a node differs from the usual one.
#[derive(Default)]
pub struct NodeSetup<'a> {
    /// Where it finds the network; the network itself when empty.
    pub url: &'a str,
    /// The store that it asks and gives its results to; the network's own when empty.
    pub store: &'a str,
    /// Further options of `assay node run`.
    pub more: &'a [&'a str],
}

impl Node {
    /// Starts the node, or starts it again where the last one was killed.
    pub fn start(network: &Network, provider: &str) -> Self {
        Self::start_as(network, provider, &NodeSetup::default())
    }

    /// Starts the node in another way than usual.
    pub fn start_as(network: &Network, provider: &str, setup: &NodeSetup<'_>) -> Self {
        let or = |given: &str, usual: &str| if given.is_empty() { usual } else { given }.to_owned();
        let mut assay = network.with_key(&format!("{provider}-node"));
        assay.url = Some(or(setup.url, &network.rpc_url));
        let owner = format!("{provider}.json");
        let state = network.state(provider);
        let state = state.to_str().expect("a UTF-8 path");
        let store = or(setup.store, &network.blob_url);
        let mut arguments = vec!["node", "run", "--owner", &owner, "--state", state];
        arguments.extend(["--store", &store]);
        arguments.extend(setup.more);
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
