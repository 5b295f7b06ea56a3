//! The local network and the processes on it, all ended with the demonstration.

use crate::assay::Assay;
use anyhow::{bail, Context, Result};
use assay_client::{Address, Client};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Instant,
};

pub struct Stage {
    pub client: Client,
    pub assay: Assay,
    pub blob_url: String,
    pub tusd: Address,
    pub root: PathBuf,
    state: PathBuf,
    scratch: tempfile::TempDir,
    processes: Vec<Child>,
    started: Instant,
}

impl Stage {
    /// Starts `assay localnet` on free ports and waits until it is migrated.
    pub fn set(root: &Path, binary: &Path) -> Result<Self> {
        act("starting a local network: Surfpool, four programs, migrated, a faucet and a blob store");
        let scratch = tempfile::tempdir().context("no temporary directory")?;
        let state = scratch.path().join("localnet");
        let programs = root.join("target/deploy");
        let arguments = [
            "localnet",
            "--rpc-port=0",
            "--ws-port=0",
            "--blob-port=0",
            "--programs",
            text(&programs)?,
            "--state",
            text(&state)?,
        ];
        let log = File::create(scratch.path().join("localnet.log"))?;
        let outside = Assay::new(binary, String::new());
        let mut network = outside.spawn(None, &arguments, (Stdio::piped(), log.into()))?;
        let endpoints = first_line(&mut network).with_context(|| {
            let log = std::fs::read_to_string(scratch.path().join("localnet.log"));
            format!("the network did not start: {}", log.unwrap_or_default())
        })?;
        let url = field(&endpoints, "rpc_url")?;
        eprintln!("  network at {url}");
        Ok(Self {
            client: Client::new(&url),
            assay: Assay::new(binary, url),
            blob_url: field(&endpoints, "blob_url")?,
            tusd: field(&endpoints, "tusd_mint")?.parse()?,
            root: root.to_owned(),
            state,
            scratch,
            processes: vec![network],
            started: Instant::now(),
        })
    }

    /// A file or directory of the demonstration's own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    pub fn state(&self) -> Result<&str> {
        text(&self.state)
    }

    /// Starts a process that ends with the stage; its output goes to `<name>.log`.
    pub fn start(&mut self, name: &str, keypair: &Path, arguments: &[&str]) -> Result<()> {
        let log = File::create(self.path(&format!("{name}.log")))?;
        let errors = log.try_clone()?;
        let child = self
            .assay
            .spawn(Some(keypair), arguments, (log.into(), errors.into()))?;
        self.processes.push(child);
        Ok(())
    }

    /// Moves the network's clock.
    pub fn advance(&self, seconds: i64) -> Result<()> {
        let seconds = seconds.max(0).to_string();
        let state = self.state()?;
        self.assay
            .call(None, &["localnet", "advance", &seconds, "--state", state])?;
        Ok(())
    }

    /// Moves the network's clock to `time` if that lies ahead.
    pub fn advance_to(&self, time: i64) -> Result<()> {
        let now = self.client.now()?;
        if time > now {
            self.advance(time.saturating_sub(now))?;
        }
        Ok(())
    }

    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Nodes first, so that none of them complains about a network that is gone.
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Announces an act of the story.
pub fn act(what: &str) {
    eprintln!("==> {what}");
}

pub fn field(object: &Value, name: &str) -> Result<String> {
    match object[name].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("no `{name}` in {object}"),
    }
}

pub fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path is not UTF-8")
}

fn first_line(child: &mut Child) -> Result<Value> {
    let stdout = child.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    serde_json::from_str(&line).context("it printed no endpoints")
}
