//! Where the node gets content from, and where it gives it out.

use assay_client::{read_url, Address, Client};
use assay_content::{blobs_url, ContentStore};
use assay_market::state::Worker;

/// The sources of content.
pub struct ContentStores {
    /// Fetches what the cache does not have.
    pub remote: ContentStore,
    /// The same cache, without the network.
    pub local: ContentStore,
    /// Where workers give out content.
    pub read_urls: Box<dyn ReadUrls>,
}

/// Looks up where workers give out content.
pub trait ReadUrls: Send + Sync {
    /// Returns the directories of content that `workers` name, in their order, as [`ContentStore::fetch_from`] takes them.
    /// Leaves out workers that name none, and all of them if the chain cannot be read: whoever asks tries again later.
    fn read_urls(&self, workers: &[Address]) -> Vec<String>;
}

/// Reads the URLs from the workers' accounts when they are needed: an owner can change its URL at any time.
pub struct ChainReadUrls(pub Client);

impl ReadUrls for ChainReadUrls {
    fn read_urls(&self, workers: &[Address]) -> Vec<String> {
        let accounts = self.0.fetch_existing::<Worker>(workers);
        let urls = accounts.iter().flatten().filter_map(read_url);
        urls.map(|url| blobs_url(&url)).collect()
    }
}
