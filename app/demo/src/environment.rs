//! The local network and the processes on it, all ended with the demonstration.

use crate::{
    assay::{field, Assay},
    formulas::Formulas,
    process::Process,
};
use anyhow::{Context, Result};
use assay_client::{Address, Client};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Far longer than a network takes to start; a stuck demonstration must end.
const START_WITHIN: Duration = Duration::from_secs(120);

pub struct Stage {
    pub client: Client,
    pub assay: Assay,
    pub formulas: Formulas,
    pub blob_url: String,
    pub tusd: Address,
    pub root: PathBuf,
    started: Instant,
    // Fields are dropped in their order: the nodes first, so that none of them complains about a network that is gone.
    nodes: Vec<Process>,
    network: Process,
    scratch: tempfile::TempDir,
}

impl Stage {
    /// Starts `assay localnet` on free ports and waits until it is migrated.
    pub fn set(root: &Path, binary: &Path) -> Result<Self> {
        let formulas = Formulas::read(root)?;
        act("starting a local network: Surfpool, four programs, migrated, a faucet and a blob store");
        let started = Instant::now();
        let scratch = tempfile::tempdir().context("no temporary directory")?;
        let network = start_network(root, binary, scratch.path())?;
        let endpoints = first_line(&network).with_context(|| network.describe())?;
        let url = field(&endpoints, "rpc_url")?;
        eprintln!("  network at {url}");
        Ok(Self {
            client: Client::new(&url),
            assay: Assay::new(binary, Some(url)),
            formulas,
            blob_url: field(&endpoints, "blob_url")?,
            tusd: field(&endpoints, "tusd_mint")?.parse()?,
            root: root.to_owned(),
            started,
            nodes: Vec::new(),
            network,
            scratch,
        })
    }

    /// A file or directory of the demonstration's own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    pub fn state(&self) -> PathBuf {
        network_state(self.scratch.path())
    }

    /// Starts a node that ends with the stage; its output goes to `<name>.log`.
    pub fn start_node(&mut self, name: &str, keypair: &Path, arguments: &[&str]) -> Result<()> {
        let path = self.path(&format!("{name}.log"));
        let log = File::create(&path)?;
        let errors = log.try_clone()?;
        let outputs = (log.into(), errors.into());
        let child = self.assay.spawn(Some(keypair), arguments, outputs)?;
        self.nodes.push(Process::new(name, child, path));
        Ok(())
    }

    /// Fails when the network or a node has ended: whoever waits for it would wait in vain.
    pub fn check_running(&self) -> Result<()> {
        self.network.check()?;
        self.nodes.iter().try_for_each(Process::check)
    }

    /// Shows the end of the log of whoever has ended, or else of all, and keeps the files for whoever looks for the reason
    /// of a failure.
    pub fn explain(&mut self) {
        let all: Vec<_> = self.nodes.iter().chain([&self.network]).collect();
        let ended = all.iter().any(|process| process.check().is_err());
        for process in all {
            if !ended || process.check().is_err() {
                eprintln!("{}", process.describe());
            }
        }
        self.scratch.disable_cleanup(true);
        let kept = self.scratch.path().display();
        eprintln!("logs, keys and inputs are kept in {kept}");
    }

    /// Moves the network's clock to `time` if that lies ahead.
    pub fn advance_to(&self, time: i64) -> Result<()> {
        let seconds = time.saturating_sub(self.client.now()?);
        if seconds > 0 {
            let (seconds, state) = (seconds.to_string(), self.state());
            let advance = ["localnet", "advance", &seconds, "--state", text(&state)?];
            self.assay.call(None, &advance)?;
        }
        Ok(())
    }

    /// Base units of a mint in existence, as the SPL Token program counts them.
    pub fn supply(&self, mint: &Address) -> Result<u64> {
        let counted = self.client.rpc().get_token_supply(mint)?;
        Ok(counted.amount.parse()?)
    }

    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

/// Announces an act of the story.
pub fn act(what: &str) {
    eprintln!("==> {what}");
}

pub fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path is not UTF-8")
}

fn network_state(scratch: &Path) -> PathBuf {
    scratch.join("localnet")
}

fn start_network(root: &Path, binary: &Path, scratch: &Path) -> Result<Process> {
    let (programs, state) = (root.join("target/deploy"), network_state(scratch));
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
    let path = scratch.join("localnet.log");
    let outputs = (Stdio::piped(), File::create(&path)?.into());
    let child = Assay::new(binary, None).spawn(None, &arguments, outputs)?;
    Ok(Process::new("the network", child, path))
}

fn first_line(network: &Process) -> Result<Value> {
    let mut stdout = BufReader::new(network.stdout()?);
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = stdout.read_line(&mut line).map(|_| line);
        // Nobody listens any more when it came too late.
        let _ = told.send(read);
    });
    let late = || format!("nothing within {} s", START_WITHIN.as_secs());
    let line = heard.recv_timeout(START_WITHIN).with_context(late)??;
    serde_json::from_str(&line).context("the network did not say where it is")
}
