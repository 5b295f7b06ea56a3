//! Brings content by its hash. A URI only says where to look.

use std::path::PathBuf;

use crate::backend::http::Web;
use crate::backend::{hinted, BlobStore};
use crate::cache::Cache;
use crate::{ContentHash, FetchError};

/// Which URIs of strangers to follow. Blob stores are the operator's own choice and always used.
///
/// A stranger's address is a plain one: scheme, host, port and path, without user name, query or fragment, and a redirect
/// is followed only on the same host. It may well be a private or loopback address, because a local network's blob store
/// has one: a node inside a network that strangers must not reach by GET should use [`Hints::Ignore`] or a firewall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hints {
    /// None: content comes from the blob stores or not at all.
    Ignore,
    /// `http://` and `https://`.
    Web,
}

/// Where to look and what to keep.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Directory of the cache; created when missing. May be shared by several nodes.
    pub cache_dir: PathBuf,
    /// Size of the cache in bytes; the oldest content goes first.
    pub cache_bytes: u64,
    /// Base URLs of blob stores, asked in this order before any hint; uploads go to the first.
    pub blob_stores: Vec<String>,
    /// Which URIs to follow.
    pub hints: Hints,
}

impl StoreConfig {
    /// Up to 4 GiB in `cache_dir`, no blob store, hints from the web.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            cache_dir: cache_dir.into(),
            cache_bytes: 4 << 30,
            blob_stores: Vec::new(),
            hints: Hints::Web,
        }
    }
}

/// Content by hash, from the cache, the blob stores or wherever a URI points.
#[derive(Debug)]
pub struct ContentStore {
    cache: Cache,
    blob_stores: Vec<BlobStore>,
    hints: Hints,
    web: Web,
}

impl ContentStore {
    /// Opens the store.
    ///
    /// # Errors
    /// [`FetchError::Cache`] when the directory cannot be made, [`FetchError::RefusedHint`] for a blob store that is not
    /// an `http(s)` URL.
    pub fn open(config: StoreConfig) -> Result<Self, FetchError> {
        let blob_stores = config
            .blob_stores
            .iter()
            .map(|base| BlobStore::parse(base))
            .collect::<Result<_, _>>()?;
        let cache = Cache::open(config.cache_dir, config.cache_bytes)?;
        Ok(Self {
            cache,
            blob_stores,
            hints: config.hints,
            web: Web::new(),
        })
    }

    /// The content named `expected`, of at most `max_bytes` bytes.
    ///
    /// `uri` may be empty (ask only the blob stores), the content's own address, or end in `/`: then it is a directory of
    /// content named by hash, and the hash is appended.
    ///
    /// # Errors
    /// [`FetchError::HashMismatch`] or [`FetchError::TooLarge`] when some place answered with the wrong content, else
    /// what went wrong at the last place asked.
    pub fn fetch(
        &self,
        uri: &str,
        expected: ContentHash,
        max_bytes: u64,
    ) -> Result<Vec<u8>, FetchError> {
        if let Some(content) = self.cache.read(expected, max_bytes)? {
            return Ok(content);
        }
        let mut failure = FetchError::Nowhere { expected };
        let blobs = self
            .blob_stores
            .iter()
            .map(|store| Ok(store.address(expected)));
        let hint = (!uri.is_empty()).then(|| hinted(uri, expected, self.hints));
        for address in blobs.chain(hint) {
            match address.and_then(|address| self.fetch_from(&address, expected, max_bytes)) {
                Ok(content) => return Ok(content),
                Err(error) if accuses(&failure) && !accuses(&error) => {}
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Uploads `content` to the first blob store and returns its name.
    ///
    /// # Errors
    /// [`FetchError::NoBlobStore`], [`FetchError::Unreachable`], or [`FetchError::HashMismatch`] when the store answers
    /// with another name.
    pub fn put(&self, content: &[u8]) -> Result<ContentHash, FetchError> {
        let store = self.blob_stores.first().ok_or(FetchError::NoBlobStore)?;
        self.web.put(store, content)
    }

    fn fetch_from(
        &self,
        address: &str,
        expected: ContentHash,
        max_bytes: u64,
    ) -> Result<Vec<u8>, FetchError> {
        let content = self.web.read(address, max_bytes)?;
        let found = ContentHash::of(&content);
        if found != expected {
            return Err(FetchError::HashMismatch {
                from: address.to_string(),
                expected,
                found,
            });
        }
        self.cache.write(expected, &content)?;
        Ok(content)
    }
}

/// Wrong content tells more than a place that did not answer.
fn accuses(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::HashMismatch { .. } | FetchError::TooLarge { .. }
    )
}
