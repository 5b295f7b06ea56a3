//! What an operator decides about a node.

use assay_client::{Address, Keypair};
use assay_content::ContentHash;
use std::{path::PathBuf, time::Duration};

/// What runs the tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunnerChoice {
    /// The sandbox: WebAssembly under the job's limits.
    Wasm,
    /// An external command, as `assay_runner::CommandRunner` runs it.
    Command(Vec<String>),
}

/// How a node works.
pub struct NodeConfig {
    /// RPC server of the cluster.
    pub url: String,
    /// The hot key: signs claims and deliveries, pays fees.
    pub keypair: Keypair,
    /// Owner of the provider that the node works for.
    pub owner: Address,
    /// Journal, outputs not yet delivered, and cached content. One directory per node.
    pub state_dir: PathBuf,
    /// Base URLs of content stores: asked before a job's own, and given every accepted output. At least one.
    pub blob_stores: Vec<String>,
    pub runner: RunnerChoice,
    /// Modules whose jobs may be claimed; all when empty, which an external command does not allow: it would answer for
    /// modules that it is not.
    pub modules: Vec<ContentHash>,
    /// Fuel that a task can be counted on to burn in a second; measured at the start when not given.
    pub fuel_per_second: Option<u64>,
    /// Least time between the latest end of a run and the deadline: two confirmations must fit.
    pub margin: Duration,
    /// Longest time that a task may run.
    pub wall_limit: Duration,
    /// Tasks that run at the same time.
    pub concurrency: usize,
    /// Claimed seats that may wait for their result; more could not be run in time.
    pub max_claims: usize,
    /// Jobs that put more than this share of the worker's collateral at stake in one seat are left to others, percent.
    pub max_bond_percent: u8,
    /// Jobs that allow a task more memory than this many bytes are left to others.
    pub max_memory_bytes: u64,
    /// Jobs that allow a task more output than this many bytes are left to others.
    pub max_output_bytes: u64,
    /// How often the chain is looked at.
    pub poll: Duration,
    /// Whether to settle, expire, penalize and tally what is due, and to end epochs.
    pub cranks: bool,
    /// Whether to close finished jobs for their requesters.
    pub close_jobs: bool,
}

impl NodeConfig {
    /// A node that runs one task at a time in the sandbox, with cranks.
    pub fn new(url: String, keypair: Keypair, owner: Address, state_dir: PathBuf) -> Self {
        Self {
            url,
            keypair,
            owner,
            state_dir,
            blob_stores: Vec::new(),
            runner: RunnerChoice::Wasm,
            modules: Vec::new(),
            fuel_per_second: None,
            margin: Duration::from_secs(15),
            wall_limit: Duration::from_secs(600),
            concurrency: 1,
            max_claims: 4,
            max_bond_percent: 25,
            max_memory_bytes: 1 << 30,
            max_output_bytes: 64 << 20,
            poll: Duration::from_millis(300),
            cranks: true,
            close_jobs: false,
        }
    }
}
