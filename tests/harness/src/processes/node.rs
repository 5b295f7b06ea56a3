//! A provider's node as a process of its own.

use super::{or_panic, Localnet, Process};
use anyhow::{Context, Result};
use serde_json::Value;

/// `assay node run` or `assay node watch` for one provider. It is killed when dropped; its state directory stays.
pub struct Node {
    process: Process,
}

/// How a node differs from the usual one.
#[derive(Default)]
pub struct NodeOptions<'a> {
    /// RPC address of the network; the network's own if empty.
    pub rpc_url: &'a str,
    /// The blob store that it downloads from and uploads its results to. If empty, it finds the network's own by itself.
    pub blob_store: &'a str,
    /// Further options of the command.
    pub more: &'a [&'a str],
}

impl Node {
    /// Starts the node of this provider, or starts it again after the last one was killed.
    #[track_caller]
    pub fn start(localnet: &Localnet, provider: &str) -> Self {
        Self::start_with(localnet, provider, &NodeOptions::default())
    }

    /// Starts the node of this provider with options.
    #[track_caller]
    pub fn start_with(localnet: &Localnet, provider: &str, options: &NodeOptions<'_>) -> Self {
        or_panic(Self::try_start(localnet, provider, options))
    }

    /// Starts the node of this provider and waits until it says so. The wallet `<provider>-node` is its key.
    ///
    /// # Errors
    /// If it does not start in time.
    pub fn try_start(
        localnet: &Localnet,
        provider: &str,
        options: &NodeOptions<'_>,
    ) -> Result<Self> {
        Self::try_start_command(["node", "run"], localnet, provider, options)
    }

    /// Starts the watcher of this provider, `assay node watch`, and waits until it says so. The wallet `<provider>-node` is
    /// its key.
    ///
    /// # Errors
    /// If it does not start in time.
    pub fn try_watch(
        localnet: &Localnet,
        provider: &str,
        options: &NodeOptions<'_>,
    ) -> Result<Self> {
        Self::try_start_command(["node", "watch"], localnet, provider, options)
    }

    /// Starts the watcher of this provider, `assay node watch`.
    #[track_caller]
    pub fn watch(localnet: &Localnet, provider: &str, options: &NodeOptions<'_>) -> Self {
        or_panic(Self::try_watch(localnet, provider, options))
    }

    fn try_start_command(
        command: [&str; 2],
        localnet: &Localnet,
        provider: &str,
        options: &NodeOptions<'_>,
    ) -> Result<Self> {
        let name = format!("{provider}-node");
        let mut cli = localnet.as_wallet(&name);
        if !options.rpc_url.is_empty() {
            cli.url = Some(options.rpc_url.to_owned());
        }
        let owner = format!("{provider}.json");
        let state = localnet.node_state(provider);
        let state = state.to_str().context("a path is not UTF-8")?;
        let mut arguments = command.to_vec();
        arguments.extend(["--owner", &owner, "--state", state]);
        if !options.blob_store.is_empty() {
            arguments.extend(["--store", options.blob_store]);
        }
        arguments.extend(options.more);
        let mut process = Process::start(&name, &mut cli.command(&arguments), localnet.home())?;
        process.try_wait_for("start of the node", |line| is_event(line, "started"))?;
        Ok(Self { process })
    }

    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Returns the next event of this name about this job.
    #[track_caller]
    pub fn wait_for(&mut self, event: &str, job: &str) -> Value {
        let wanted = |line: &Value| is_event(line, event) && line["job"] == *job;
        let what = format!("`{event}` of {job}");
        or_panic(self.process.try_wait_for(&what, wanted))
    }

    /// Returns every event so far that nobody waited for.
    pub fn other_events(&mut self) -> Vec<Value> {
        self.process.unclaimed()
    }

    /// Ends the node as a power cut would.
    pub fn kill(self) {
        self.process.kill();
    }
}

fn is_event(line: &Value, event: &str) -> bool {
    line["event"] == *event
}
