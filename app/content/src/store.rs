//! Fetches content by its hash. A URL only says where to look.

use std::path::PathBuf;
use std::time::Duration;

use crate::backend::{self, BlobBackend, Download, HttpClient, Reach, TOTAL_TIMEOUT};
use crate::cache::Cache;
use crate::sources::{SourceOrder, PATIENCE};
use crate::{ContentError, ContentHash, JobUrls};

/// Largest module or input that nodes take, in bytes.
pub const MAX_CONTENT: u64 = 64 << 20;

/// Size of the cache unless configured otherwise, in bytes.
const DEFAULT_CACHE_BYTES: u64 = 4 << 30;

/// The sources of content and the size of the cache.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Directory of the cache; created if missing. Several nodes may share it.
    pub cache_dir: PathBuf,
    /// Size of the cache, in bytes. The content that was not used for longest is removed first.
    pub cache_bytes: u64,
    /// Base URLs of blob stores, asked in this order and before any job URL. Uploads go to the first.
    pub blob_stores: Vec<String>,
    /// Whether to follow the URLs of strangers: those in jobs and those of workers.
    pub job_urls: JobUrls,
}

impl StoreConfig {
    /// Returns a configuration with up to 4 GiB of cache in `cache_dir`, no blob store, and job URLs at public addresses.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            cache_dir: cache_dir.into(),
            cache_bytes: DEFAULT_CACHE_BYTES,
            blob_stores: Vec::new(),
            job_urls: JobUrls::Public,
        }
    }
}

/// Content by hash, from the cache, the blob stores or the URLs of strangers.
#[derive(Debug)]
pub struct ContentStore {
    cache: Cache,
    blob_stores: Vec<Box<dyn BlobBackend>>,
    job_urls: JobUrls,
    order: SourceOrder,
    /// Asks the URLs of strangers.
    strangers: HttpClient,
}

impl ContentStore {
    /// Opens a store.
    ///
    /// # Errors
    /// [`ContentError::Cache`] if the directory cannot be created; [`ContentError::UrlNotAllowed`] if a blob store is not a
    /// plain `http(s)` URL.
    pub fn open(config: StoreConfig) -> Result<Self, ContentError> {
        // The operator's own choice, which may be within a private network.
        let own = HttpClient::new(Reach::Anywhere);
        let strangers = match config.job_urls {
            JobUrls::AnyAddress => own.clone(),
            JobUrls::Public | JobUrls::Deny => HttpClient::new(Reach::Public),
        };
        let blob_stores = config
            .blob_stores
            .iter()
            .map(|base| backend::open(base, &own))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            cache: Cache::open(config.cache_dir, config.cache_bytes)?,
            blob_stores,
            job_urls: config.job_urls,
            order: SourceOrder::default(),
            strangers,
        })
    }

    /// Returns the content named `expected`, of at most `max_bytes` bytes, and caches it.
    ///
    /// `job_url` is empty (only the blob stores are asked), the URL of the content itself, or a URL that ends in `/`. The
    /// last is a directory of content named by hash: the hash is appended.
    ///
    /// # Errors
    /// [`ContentError::HashMismatch`] or [`ContentError::TooLarge`] if a source served wrong content; otherwise the error of
    /// the last source asked. [`ContentError::Cache`] if the disk fails.
    pub fn fetch(
        &self,
        job_url: &str,
        expected: ContentHash,
        max_bytes: u64,
    ) -> Result<Vec<u8>, ContentError> {
        let job_url = Some(job_url).filter(|url| !url.is_empty());
        self.fetch_from(expected, max_bytes, || {
            job_url.map(str::to_owned).into_iter().collect()
        })
    }

    /// Returns the content named `expected`, of at most `max_bytes` bytes, and caches it. `urls` returns where strangers say
    /// that it lies, each as [`Self::fetch`] takes it; it is called only if neither the cache nor a blob store has the
    /// content.
    ///
    /// The URLs are asked in the order given, those that lately failed last. Each but the last has 20 seconds, so that a
    /// server that sends one byte a second does not keep the content of the others away.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub fn fetch_from(
        &self,
        expected: ContentHash,
        max_bytes: u64,
        urls: impl FnOnce() -> Vec<String>,
    ) -> Result<Vec<u8>, ContentError> {
        if let Some(content) = self.cache.read(expected, max_bytes)? {
            return Ok(content);
        }
        let mut failure = ContentError::NoSource { expected };
        let mut note = |error: ContentError| {
            // Wrong content tells the user more than a source that did not answer.
            if error.is_integrity_error() || !failure.is_integrity_error() {
                failure = error;
            }
        };
        for store in &self.blob_stores {
            let download = store.get(expected, max_bytes);
            match download.and_then(|download| self.accept(download, expected)) {
                Ok(content) => return Ok(content),
                Err(error) => note(error),
            }
        }
        let urls = self.order.of(urls());
        for (index, url) in urls.iter().enumerate() {
            let is_last = index.saturating_add(1) == urls.len();
            let patience = if is_last { TOTAL_TIMEOUT } else { PATIENCE };
            let download = self.get_from(url, expected, max_bytes, patience);
            match download.and_then(|download| self.accept(download, expected)) {
                Ok(content) => {
                    self.order.record_success(url);
                    return Ok(content);
                }
                Err(error) => {
                    self.order.record_failure(url);
                    note(error);
                }
            }
        }
        Err(failure)
    }

    /// Downloads the content named `expected` from `url`, as [`Self::fetch`] takes it, and from nowhere else, not even from
    /// the cache. Returns `Ok` if it is served there.
    ///
    /// # Errors
    /// Why it is not, as [`Self::fetch`].
    pub fn check_served(
        &self,
        url: &str,
        expected: ContentHash,
        max_bytes: u64,
    ) -> Result<(), ContentError> {
        let download = self.get_from(url, expected, max_bytes, PATIENCE)?;
        download.verify(expected).map(drop)
    }

    /// Returns whether the first blob store says that it has the content named `name`; false if it does not answer.
    pub fn is_stored(&self, name: ContentHash) -> bool {
        let store = self.blob_stores.first();
        store.is_some_and(|store| store.has(name))
    }

    /// Uploads `content` to the first blob store and returns its name.
    ///
    /// # Errors
    /// [`ContentError::NoBlobStore`]; [`ContentError::Unreachable`]; [`ContentError::HashMismatch`] if the store gave the
    /// content another name.
    pub fn put(&self, content: &[u8]) -> Result<ContentHash, ContentError> {
        let store = self.blob_stores.first().ok_or(ContentError::NoBlobStore)?;
        store.put(content)
    }

    fn get_from(
        &self,
        url: &str,
        name: ContentHash,
        max_bytes: u64,
        patience: Duration,
    ) -> Result<Download, ContentError> {
        let url = self.job_urls.content_url(url, name)?;
        self.strangers.get(&url, max_bytes, patience)
    }

    /// Checks and caches what a source served.
    fn accept(&self, download: Download, expected: ContentHash) -> Result<Vec<u8>, ContentError> {
        let content = download.verify(expected)?;
        self.cache.write(expected, &content)?;
        Ok(content)
    }
}
