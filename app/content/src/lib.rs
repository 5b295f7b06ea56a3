//! Content: how it is named, where it is found, and how large it may be.

mod backend;
mod cache;
mod error;
mod hash;
mod manifest;
mod result;
mod store;
mod url_policy;

pub use error::{FetchError, ManifestError};
pub use hash::{ContentHash, HashTextError};
pub use manifest::Manifest;
pub use result::{fetch_result, hint, publish_result, ResultError, TaskResult};
pub use store::{ContentStore, Hints, StoreConfig};

/// The path of a blob store: `PUT` here stores a blob and answers its name, `GET` below it, `/blobs/<name>`, brings one.
pub const BLOBS_PATH: &str = "/blobs";

/// Largest module or input that nodes take, in bytes.
pub const MAX_CONTENT: u64 = 64 << 20;
