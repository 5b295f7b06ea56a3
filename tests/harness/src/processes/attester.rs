//! An attester as a process of its own.

use super::{cli::json_text, or_panic, Localnet, Process};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// `assay attester run` with the key of one wallet. It is killed when dropped; its journal stays.
pub struct Attester {
    /// Base URL at which nodes reach it.
    pub url: String,
    process: Process,
}

impl Attester {
    /// Starts an attester of `set` whose key is the wallet `name`, on a free port, and waits until it says so. `more` are
    /// further options of the command.
    ///
    /// # Errors
    /// If it does not start in time.
    pub fn try_start(localnet: &Localnet, name: &str, set: &str, more: &[&str]) -> Result<Self> {
        Self::try_start_at(localnet, name, set, "127.0.0.1:0", more)
    }

    /// Starts an attester as [`Self::try_start`] does.
    #[track_caller]
    pub fn start(localnet: &Localnet, name: &str, set: &str, more: &[&str]) -> Self {
        or_panic(Self::try_start(localnet, name, set, more))
    }

    /// Starts an attester again at the address of one that was killed.
    #[track_caller]
    pub fn start_again(
        localnet: &Localnet,
        name: &str,
        set: &str,
        url: &str,
        more: &[&str],
    ) -> Self {
        let address = url.trim_start_matches("http://");
        or_panic(Self::try_start_at(localnet, name, set, address, more))
    }

    fn try_start_at(
        localnet: &Localnet,
        name: &str,
        set: &str,
        listen: &str,
        more: &[&str],
    ) -> Result<Self> {
        let key = localnet.keypair_file(name);
        let key = key.to_str().context("a path is not UTF-8")?;
        let dir = directory(localnet, name);
        let dir = dir.to_str().context("a path is not UTF-8")?;
        let mut arguments = vec!["attester", "run", "--key", key, "--set", set];
        arguments.extend(["--listen", listen, "--journal", dir]);
        arguments.extend(more);
        let mut command = localnet.cli().command(&arguments);
        let mut process = Process::start(name, &mut command, localnet.home())?;
        let started = |line: &Value| line["event"] == "attester_started";
        let started = process.try_wait_for("start of the attester", started)?;
        Ok(Self {
            url: json_text(&started, "url")?,
            process,
        })
    }

    /// Returns the digests that the key of the wallet `name` has signed, by the journal of its attester.
    pub fn signed(localnet: &Localnet, name: &str) -> Vec<String> {
        let file = directory(localnet, name).join("signed.jsonl");
        let text = fs::read_to_string(file).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().filter_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            line["digest"].as_str().map(str::to_owned)
        });
        lines.collect()
    }

    /// Returns the next event of this name.
    ///
    /// # Errors
    /// If none comes in time or the attester ends first.
    pub fn try_wait_for(&mut self, event: &str) -> Result<Value> {
        let wanted = |line: &Value| line["event"] == *event;
        self.process.try_wait_for(&format!("`{event}`"), wanted)
    }

    /// Returns the next event of this name.
    #[track_caller]
    pub fn wait_for(&mut self, event: &str) -> Value {
        or_panic(self.try_wait_for(event))
    }

    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Ends the attester as a power cut would.
    pub fn kill(self) {
        self.process.kill();
    }
}

fn directory(localnet: &Localnet, name: &str) -> PathBuf {
    localnet.home().join(format!("{name}-attester"))
}
