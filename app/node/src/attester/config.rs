//! What an operator decides about an attester.

use super::rate::Rate;
use assay_client::{Address, Keypair};
use assay_content::ContentHash;
use assay_runner::ChildProgram;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// How an attester finds out whether a result is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// It runs the task again, in the sandbox, and compares the digests.
    Rerun,
    /// A command and its arguments say yes by exit code 0. The command reads the input on stdin; in its arguments `{module}`,
    /// `{input}` and `{output}` become the paths of files, `{exit_code}`, `{fuel}` and `{energy_mj}` the numbers of the result.
    Command(Vec<String>),
}

/// Configuration of an attester.
pub struct AttesterConfig {
    /// URL of the cluster's RPC server.
    pub url: String,
    /// The key that signs. It must be one of the set's.
    pub keypair: Keypair,
    /// Address of the attester set. Only jobs that name it are attested.
    pub set: Address,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Directory of the journals and of compiled code. One key needs one directory, on one machine.
    pub journal_dir: PathBuf,
    /// Directory of the cache of content.
    pub cache_dir: PathBuf,
    /// Base URLs of blob stores to ask before a job's own.
    pub blob_stores: Vec<String>,
    /// How it finds out whether a result is right.
    pub verification: Verification,
    /// Serves as the child processes that run tasks again, and ends a check that the attester leaves behind when it is killed.
    pub child: ChildProgram,
    /// How often a client may ask for a signature.
    pub rate: Rate,
    /// Runs and checks that may wait for the one that is in progress.
    pub max_waiting: usize,
    /// Modules whose jobs are attested; empty for all.
    pub modules: Vec<ContentHash>,
    /// Fuel per second that a task can be expected to burn; `None` to measure it at start.
    pub fuel_per_second: Option<u64>,
    /// Longest time that a run or a check may take.
    pub wall_limit: Duration,
    /// Refuse jobs whose tasks may use more memory than this, in bytes.
    pub max_memory_bytes: u64,
    /// Refuse jobs whose tasks may write more output than this, in bytes.
    pub max_output_bytes: u64,
}
