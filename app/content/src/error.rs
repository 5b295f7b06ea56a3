//! Why content could not be had.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::ContentHash;

/// Bytes that are not a manifest in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    #[error("the manifest has no lines: write one line of 64 lowercase hex digits per task")]
    Empty,
    #[error("line {line} of the manifest is not 64 lowercase hex digits and a newline: write it anew with one hash per line")]
    Line { line: usize },
}

/// Why content could not be had.
#[derive(Debug, Error)]
pub enum FetchError {
    #[error("{from} serves content with hash {found} instead of {expected}; it was thrown away: ask its publisher to upload the right file")]
    HashMismatch {
        from: String,
        expected: ContentHash,
        found: ContentHash,
    },
    #[error("{from} serves more than the {max_bytes} bytes allowed; it was thrown away: raise the limit or skip the job")]
    TooLarge { from: String, max_bytes: u64 },
    #[error("cannot get {}: {reason}; check that the address is right and reachable", from.escape_debug())]
    Unreachable { from: String, reason: String },
    #[error("will not follow `{}`: {reason}", uri.escape_debug())]
    RefusedHint { uri: String, reason: &'static str },
    #[error("nothing says where to find {expected}: give a URI or configure a blob store")]
    Nowhere { expected: ContentHash },
    #[error("no blob store is configured, so nothing can be uploaded: configure one")]
    NoBlobStore,
    #[error("cannot use the cache at {}: {reason}; check that the directory is writable and the disk not full", path.display())]
    Cache { path: PathBuf, reason: io::Error },
}
