//! Fetches and publishes the results of tasks.
//!
//! The digest on chain is the hash of the result's record, and the record holds the hash of the output. So any store
//! that names content by its SHA-256 leads from the digest to the record and from the record to the output.

use assay_market::bytes::{ResultRecord, RECORD_LEN};

use crate::{ContentError, ContentHash, ContentStore};

/// The result of a task, as workers delivered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskResult {
    /// How the run ended; `assay_runner::ExitStatus::from_code` decodes it.
    pub exit_code: u32,
    /// Fuel that the run used; 0 where fuel is not metered.
    pub fuel_used: u64,
    /// What the program wrote to stdout.
    pub output: Vec<u8>,
    /// BLAKE3, keyed with the job's seed, of the memory that the run left; zero where memory is not hashed.
    pub memory_hash: [u8; 32],
}

impl TaskResult {
    /// Returns the record of this result. Its [`digest`](ResultRecord::digest) is what workers contribute.
    pub fn record(&self) -> ResultRecord {
        ResultRecord {
            exit_code: self.exit_code,
            fuel_used: self.fuel_used,
            output: ContentHash::of(&self.output).bytes(),
            memory: self.memory_hash,
        }
    }
}

/// Why a result could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum ResultError {
    /// The record or the output could not be fetched.
    #[error("cannot fetch the result {digest}: {reason}")]
    Fetch {
        /// The digest on chain.
        digest: ContentHash,
        /// What failed.
        #[source]
        reason: ContentError,
    },
    /// The content under the digest has not the format of a record.
    #[error("{0} is not a result record; the workers agreed on a digest that no result has")]
    NotARecord(ContentHash),
}

/// Fetches the result that the chain names by `digest` and checks it against the digest. `job_url` is where to look
/// besides the store's own sources, as [`ContentStore::fetch`] takes it; `max_output` limits the output, in bytes.
///
/// # Errors
/// [`ResultError::Fetch`] or [`ResultError::NotARecord`].
pub fn fetch_result(
    store: &ContentStore,
    job_url: &str,
    digest: [u8; 32],
    max_output: u64,
) -> Result<TaskResult, ResultError> {
    let record = fetch_record(store, job_url, digest)?;
    let output = store.fetch(job_url, record.output.into(), max_output);
    let digest = ContentHash::from(digest);
    Ok(TaskResult {
        exit_code: record.exit_code,
        fuel_used: record.fuel_used,
        output: output.map_err(|reason| ResultError::Fetch { digest, reason })?,
        memory_hash: record.memory,
    })
}

/// As [`fetch_result`], but without the output: fetches the result's record.
///
/// # Errors
/// [`ResultError::Fetch`] or [`ResultError::NotARecord`].
pub fn fetch_record(
    store: &ContentStore,
    job_url: &str,
    digest: [u8; 32],
) -> Result<ResultRecord, ResultError> {
    let digest = ContentHash::from(digest);
    let record = store.fetch(job_url, digest, RECORD_LEN as u64);
    let record = record.map_err(|reason| ResultError::Fetch { digest, reason })?;
    ResultRecord::decode(&record).ok_or(ResultError::NotARecord(digest))
}

/// Uploads a result to the first blob store of `store`. The record goes last: whoever finds it finds the output, too.
///
/// # Errors
/// As [`ContentStore::put`].
pub fn publish_result(store: &ContentStore, result: &TaskResult) -> Result<(), ContentError> {
    store.put(&result.output)?;
    store.put(&result.record().encode())?;
    Ok(())
}
