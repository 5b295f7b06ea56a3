//! What an operator decides about a node or a watcher.

use crate::{attested::AttesterList, policy::PriceFloor};
use assay_client::{Address, Keypair};
use assay_content::{ContentHash, JobUrls};
use assay_runner::ChildProgram;
use std::{path::PathBuf, time::Duration};

/// What runs the tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunnerChoice {
    /// The sandbox: WebAssembly under the job's limits, in child processes.
    Wasm,
    /// An external command.
    Command(ExternalCommand),
}

/// An external command, as `assay_runner::CommandRunner` runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalCommand {
    /// The command and its arguments.
    pub argv: Vec<String>,
    /// Exit codes that are results, beside 0.
    pub result_codes: Vec<u8>,
    /// What is tried at the start.
    pub self_test: Option<SelfTest>,
}

/// An input and the output that a command must have for it. There is no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// The input.
    pub input: Vec<u8>,
    /// The output.
    pub output: Vec<u8>,
}

/// Configuration of a node.
pub struct NodeConfig {
    /// URL of the cluster's RPC server.
    pub url: String,
    /// The hot key. It signs claims and results, and pays the fees.
    pub keypair: Keypair,
    /// Owner of the provider that the node works for.
    pub owner: Address,
    /// Directory of the journals, of outputs that are not published yet, of cached content and compiled code. Each node needs
    /// its own.
    pub state_dir: PathBuf,
    /// Base URLs of blob stores, at least one. The node asks them before a job's own store. It uploads to all of them module,
    /// manifest and input of every task that it contributes to, before it contributes, and every result that it has a share
    /// in as soon as the result is open. The worker's read URL is to serve one of them.
    pub blob_stores: Vec<String>,
    /// Which of the URLs that jobs and workers name are followed.
    pub job_urls: JobUrls,
    /// What runs the tasks.
    pub runner: RunnerChoice,
    /// Serves as the child processes of the sandbox, and ends an external command that the node leaves behind when it is killed.
    pub child: ChildProgram,
    /// Modules whose jobs the node may claim; empty for all modules. An external command needs at least one, because it
    /// would be run for modules that it does not implement.
    pub modules: Vec<ContentHash>,
    /// Attester sets whose jobs the node takes, and where their attesters are. Of others it takes none.
    pub attester_sets: Vec<AttesterList>,
    /// Fuel per second that a task can be expected to burn; `None` to measure it at start.
    pub fuel_per_second: Option<u64>,
    /// Least time between the latest end of a run and its deadline. Two transactions must be confirmed in it.
    pub margin: Duration,
    /// Longest time that a task may run.
    pub wall_limit: Duration,
    /// Tasks that run at the same time, at least 1.
    pub concurrency: usize,
    /// Claimed seats that may wait for their result, at least 1.
    pub max_claims: usize,
    /// Skip jobs whose bond exceeds this percentage of the worker's collateral.
    pub max_bond_percent: u8,
    /// Skip jobs that pay less for a seat.
    pub prices: PriceFloor,
    /// Highest priority fee of a transaction, lamports; 0 for none. Contributions, openings and rounds pay it toward their
    /// deadlines.
    pub max_priority_fee: u64,
    /// Skip jobs whose tasks may use more memory than this, in bytes.
    pub max_memory_bytes: u64,
    /// Skip jobs whose tasks may write more output than this, in bytes.
    pub max_output_bytes: u64,
    /// Time between two ticks, in which the node reads the chain.
    pub poll: Duration,
    /// Whether to send cranks that are due: expire, penalize, count and close disputes, tally, and the end of epochs.
    pub cranks: bool,
    /// Whether to close finished jobs for their requesters.
    pub close_jobs: bool,
    /// Whether to create missing token accounts of requesters and authors for that, at the node's cost. Whoever owns such an
    /// account can close it and keep the rent.
    pub pays_rent_of_others: bool,
}

impl NodeConfig {
    /// Returns the default configuration: one task at a time, in the sandbox, with cranks. It has no blob store yet.
    pub fn new(
        url: String,
        keypair: Keypair,
        owner: Address,
        state_dir: PathBuf,
        child: ChildProgram,
    ) -> Self {
        Self {
            url,
            keypair,
            owner,
            state_dir,
            blob_stores: Vec::new(),
            job_urls: JobUrls::Public,
            runner: RunnerChoice::Wasm,
            child,
            modules: Vec::new(),
            attester_sets: Vec::new(),
            fuel_per_second: None,
            margin: Duration::from_secs(15),
            wall_limit: Duration::from_secs(600),
            concurrency: 1,
            max_claims: 4,
            max_bond_percent: 25,
            prices: PriceFloor::default(),
            max_priority_fee: 50_000,
            max_memory_bytes: 1 << 30,
            max_output_bytes: 64 << 20,
            poll: Duration::from_millis(300),
            cranks: true,
            close_jobs: false,
            pays_rent_of_others: false,
        }
    }
}

/// Configuration of a watcher: it runs a share of all open results again and challenges those that are wrong.
pub struct WatchConfig {
    /// Everything that a watcher has in common with a node. It needs a worker of its own, whose collateral backs the
    /// challenges, and claims no seats: `max_claims`, `prices` and `close_jobs` mean nothing to it.
    pub node: NodeConfig,
    /// Share of the open results to run again, basis points, 1 to 10,000. Which ones it is nobody can predict.
    pub share_bps: u16,
}

impl WatchConfig {
    /// Returns a configuration that runs `share_bps` basis points of all open results again.
    pub fn new(node: NodeConfig, share_bps: u16) -> Self {
        Self { node, share_bps }
    }
}
