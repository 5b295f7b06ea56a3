//! From the digest on chain to the output, and back: the digest is the name of the result's record, which names the
//! output, in any store that names content by its SHA-256.

use crate::{ContentHash, ContentStore, FetchError, BLOBS_PATH};
use assay_market::bytes::{read_result_record, result_record, RECORD_LEN};

/// A task's result as it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskResult {
    /// `assay_runner::Exit::from_code` says what it means.
    pub exit_code: u32,
    pub output: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum ResultError {
    #[error("cannot fetch the result {digest}: {reason}")]
    Fetch {
        digest: ContentHash,
        #[source]
        reason: FetchError,
    },
    #[error("{0} is not a result record; the workers agreed on a digest that no result has")]
    NotARecord(ContentHash),
}

/// Fetches the result that the chain names by `digest`, checked against it; its output may have up to `max_output` bytes.
/// `hint` is where to look besides the store's own places, as `ContentStore::fetch` takes it.
pub fn fetch_result(
    store: &ContentStore,
    hint: &str,
    digest: [u8; 32],
    max_output: u64,
) -> Result<TaskResult, ResultError> {
    let digest = ContentHash::from(digest);
    let fetch = |name, most| {
        let content = store.fetch(hint, name, most);
        content.map_err(|reason| ResultError::Fetch { digest, reason })
    };
    let record = fetch(digest, RECORD_LEN as u64)?;
    let (exit_code, output) = read_result_record(&record).ok_or(ResultError::NotARecord(digest))?;
    Ok(TaskResult {
        exit_code,
        output: fetch(output.into(), max_output)?,
    })
}

/// Uploads a result so that `fetch_result` finds it. The record goes last: who finds it finds the output too.
pub fn publish_result(store: &ContentStore, result: &TaskResult) -> Result<(), FetchError> {
    let output = store.put(&result.output)?;
    store.put(&result_record(result.exit_code, &output.bytes()))?;
    Ok(())
}

/// The place to look for a job's content, as `ContentStore::fetch` takes it, from the base URI in the job.
pub fn hint(store: &str) -> String {
    match store.trim_end_matches('/') {
        "" => String::new(),
        base => format!("{base}{BLOBS_PATH}/"),
    }
}
