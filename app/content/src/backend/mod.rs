//! Blob stores: servers that keep content under its hash. One file a URL scheme.
//!
//! A new scheme is a new file with an implementation of [`BlobBackend`], a line in [`open`], and a rule in `url_policy`.

mod http;
mod resolver;

use std::fmt;

use crate::{url_policy, ContentError, ContentHash};
use http::HttpBackend;
pub(crate) use http::{HttpClient, Reach, TOTAL_TIMEOUT};

/// Path of a blob store's content: `PUT <base>/blobs` stores a blob and returns its name, `GET <base>/blobs/<name>`
/// returns a blob.
pub const BLOBS_PATH: &str = "/blobs";

/// Returns the URL of the directory that holds the content of the blob store at `base`, as
/// [`ContentStore::fetch`](crate::ContentStore::fetch) takes it; empty if `base` is.
pub fn blobs_url(base: &str) -> String {
    match base.trim_end_matches('/') {
        "" => String::new(),
        base => format!("{base}{BLOBS_PATH}/"),
    }
}

/// A blob store. It is not trusted: the caller checks what [`get`](Self::get) returns.
pub(crate) trait BlobBackend: fmt::Debug + Send + Sync {
    /// Downloads the content named `name`, at most `max_bytes` bytes.
    ///
    /// # Errors
    /// [`ContentError::Unreachable`] or [`ContentError::TooLarge`].
    fn get(&self, name: ContentHash, max_bytes: u64) -> Result<Download, ContentError>;

    /// Returns whether the store says that it has the content named `name`; false if it does not answer.
    fn has(&self, name: ContentHash) -> bool;

    /// Uploads `content` and returns its name. Uploading the same content again changes nothing.
    ///
    /// # Errors
    /// [`ContentError::Unreachable`], or [`ContentError::HashMismatch`] if the store gave it another name.
    fn put(&self, content: &[u8]) -> Result<ContentHash, ContentError>;
}

/// Opens the blob store at the URL `base`.
///
/// # Errors
/// [`ContentError::UrlNotAllowed`] if the URL's scheme has no backend, or the URL is not a plain one.
pub(crate) fn open(base: &str, http: &HttpClient) -> Result<Box<dyn BlobBackend>, ContentError> {
    url_policy::check_content_url(base).map_err(|reason| ContentError::UrlNotAllowed {
        url: base.to_string(),
        reason,
    })?;
    Ok(Box::new(HttpBackend::new(base, http.clone())))
}

/// Content as it came, not yet checked against its name.
#[derive(Debug)]
pub(crate) struct Download {
    /// URL of the source.
    pub(crate) from: String,
    /// The bytes, within the limit that was asked for.
    pub(crate) content: Vec<u8>,
}

impl Download {
    /// Returns the content if `expected` is its name.
    ///
    /// # Errors
    /// [`ContentError::HashMismatch`].
    pub(crate) fn verify(self, expected: ContentHash) -> Result<Vec<u8>, ContentError> {
        let found = ContentHash::of(&self.content);
        if found != expected {
            return Err(ContentError::HashMismatch {
                from: self.from,
                expected,
                found,
            });
        }
        Ok(self.content)
    }
}
