//! Why content could not be fetched, cached or uploaded.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::ContentHash;

/// Why content could not be fetched, cached or uploaded.
#[derive(Debug, Error)]
pub enum ContentError {
    /// A source served, or a blob store named, other content than the one asked for.
    #[error("{from} serves content with hash {found} instead of {expected}; it was thrown away: ask its publisher to upload the right file")]
    HashMismatch {
        /// URL of the source.
        from: String,
        /// Name of the content that was asked for.
        expected: ContentHash,
        /// Name of the content that came.
        found: ContentHash,
    },
    /// The content has more bytes than the caller allows.
    #[error("{from} serves more than the {max_bytes} bytes allowed; it was thrown away: raise the limit or skip the job")]
    TooLarge {
        /// URL or file of the source.
        from: String,
        /// The limit, in bytes.
        max_bytes: u64,
    },
    /// A source did not answer, or not with content.
    #[error("cannot get {}: {reason}; check that the address is right and reachable", from.escape_debug())]
    Unreachable {
        /// URL of the source.
        from: String,
        /// What the connection or the server reported.
        reason: String,
    },
    /// The policy forbids this URL, so nothing was sent to it.
    #[error("will not follow `{}`: {reason}", url.escape_debug())]
    UrlNotAllowed {
        /// The URL, as it was given.
        url: String,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// There is neither a blob store nor a URL to ask.
    #[error("nothing says where to find {expected}: give a URL or configure a blob store")]
    NoSource {
        /// Name of the content that was asked for.
        expected: ContentHash,
    },
    /// There is no blob store to upload to.
    #[error("no blob store is configured, so nothing can be uploaded: configure one")]
    NoBlobStore,
    /// The directory of the cache failed.
    #[error("cannot use the cache at {}: {reason}; check that the directory is writable and the disk not full", path.display())]
    Cache {
        /// The directory, or the file in it.
        path: PathBuf,
        /// What the operating system reported.
        #[source]
        reason: io::Error,
    },
}

impl ContentError {
    /// Returns true if a source served wrong content, false if it served none.
    pub(crate) fn is_integrity_error(&self) -> bool {
        matches!(self, Self::HashMismatch { .. } | Self::TooLarge { .. })
    }
}
