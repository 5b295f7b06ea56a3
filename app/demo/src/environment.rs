//! The local network and the nodes on it. All of them end with the demonstration.

use crate::formulas::Formulas;
use anyhow::{Context, Result};
use assay_client::{Address, Client, Keypair};
use assay_content::{ContentStore, JobUrls, StoreConfig};
use assay_harness::processes::{Localnet, Node, NodeOptions, Process, Workspace};
use solana_rpc_client_api::request::RpcRequest;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

pub struct Environment {
    pub client: Client,
    pub formulas: Formulas,
    started: Instant,
    // Fields are dropped in their order. The nodes come first, so that none of them reports a network that is gone.
    nodes: Vec<Node>,
    pub localnet: Localnet,
}

impl Environment {
    /// Starts `assay localnet` on free ports and waits until it is ready.
    pub fn start(root: &Path, assay: &Path) -> Result<Self> {
        let formulas = Formulas::read(root)?;
        log_step("starting a local network: Surfpool, four programs, migrated, a faucet and a blob store");
        let started = Instant::now();
        let localnet = Localnet::try_start(&Workspace::new(root, assay)?)?;
        eprintln!("  network at {}", localnet.rpc_url);
        Ok(Self {
            client: localnet.client(),
            formulas,
            started,
            nodes: Vec::new(),
            localnet,
        })
    }

    /// Returns the mint of tUSD, which jobs are paid in.
    pub fn tusd(&self) -> Address {
        self.localnet.tusd_mint
    }

    /// Returns the path of a file or directory of the demonstration's own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.localnet.home().join(name)
    }

    /// Starts the node of this provider, as a process with a key of its own.
    pub fn start_node(&mut self, provider: &str, more: &[&str]) -> Result<()> {
        let options = NodeOptions {
            more,
            ..NodeOptions::default()
        };
        let node = Node::try_start(&self.localnet, provider, &options)?;
        self.nodes.push(node);
        Ok(())
    }

    /// Starts `assay node watch` for this provider, as a process with a key of its own.
    pub fn start_watcher(&mut self, provider: &str, more: &[&str]) -> Result<()> {
        let options = NodeOptions {
            more,
            ..NodeOptions::default()
        };
        let watcher = Node::try_watch(&self.localnet, provider, &options)?;
        self.nodes.push(watcher);
        Ok(())
    }

    /// Returns how many nodes and watchers were started.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the keypair of the wallet of this name.
    pub fn keypair(&self, wallet: &str) -> Result<Keypair> {
        read_keypair(&self.localnet.keypair_file(wallet))
    }

    /// Returns the keypair that issues tUSD.
    pub fn issuer(&self) -> Result<Keypair> {
        read_keypair(&self.localnet.faucet_file())
    }

    /// Deploys a program at its address, as only a local network allows.
    pub fn deploy(&self, program: &Address, bytecode: &[u8]) -> Result<()> {
        let method = "surfnet_writeProgram";
        let parameters = serde_json::json!([program.to_string(), hex::encode(bytecode), 0]);
        let request = RpcRequest::Custom { method };
        let rpc = self.client.rpc();
        rpc.send::<serde_json::Value>(request, parameters)?;
        Ok(())
    }

    /// Returns the content of the network's blob store, to compare results with.
    pub fn content(&self) -> Result<ContentStore> {
        Ok(ContentStore::open(StoreConfig {
            // The network is on this machine.
            job_urls: JobUrls::AnyAddress,
            ..StoreConfig::new(self.path("content"))
        })?)
    }

    fn processes(&self) -> impl Iterator<Item = &Process> {
        let nodes = self.nodes.iter().map(Node::process);
        nodes.chain([self.localnet.process()])
    }

    /// # Errors
    /// If the network or a node has ended: waiting for its work would never end.
    pub fn check_running(&self) -> Result<()> {
        self.processes().try_for_each(Process::check_running)
    }

    /// Prints the end of the log of each process that has ended, or of all if none has. Keeps the files, so that the reader
    /// can look for the reason of the failure.
    pub fn explain_failure(&mut self) {
        let ended = self.check_running().is_err();
        for process in self.processes() {
            if !ended || process.check_running().is_err() {
                eprintln!("{}", process.describe());
            }
        }
        self.localnet.keep_files();
        let kept = self.localnet.home().display();
        eprintln!("logs, keys and inputs are kept in {kept}");
    }

    /// Moves the network's clock to `time`, Unix seconds, if that is in the future.
    pub fn advance_to(&self, time: i64) -> Result<()> {
        let seconds = time.saturating_sub(self.client.now()?);
        if seconds > 0 {
            self.localnet.try_advance(seconds)?;
        }
        Ok(())
    }

    /// Returns the supply of a mint, base units, as the token program counts it.
    pub fn supply(&self, mint: &Address) -> Result<u64> {
        let counted = self.client.rpc().get_token_supply(mint)?;
        Ok(counted.amount.parse()?)
    }

    /// Returns the seconds since the start.
    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

fn read_keypair(file: &Path) -> Result<Keypair> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let bytes: Vec<u8> = serde_json::from_slice(&text)?;
    Keypair::try_from(&bytes[..]).with_context(|| format!("{} is no keypair", file.display()))
}

/// Prints to stderr what the demonstration does now.
pub fn log_step(what: &str) {
    eprintln!("==> {what}");
}

/// Returns the path as text.
///
/// # Errors
/// If it is not UTF-8.
pub fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path is not UTF-8")
}
