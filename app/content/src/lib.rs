//! Everything about content: modules, inputs, manifests, outputs and result records, each named by its SHA-256.
//!
//! - [`ContentHash`] names content. [`Manifest`] lists the inputs of a batch by their names.
//! - [`ContentStore`] fetches content by name from a cache, from blob stores or from the URLs of strangers (the job, its workers),
//!   and checks it.
//! - [`fetch_result`] and [`publish_result`] bring the result of a task from and to blob stores.
//! - `backend` talks to blob stores, one file a URL scheme. `url_policy` says which URLs are allowed, `address` which addresses they may lead to.
//!
//! Requesters, nodes and the local network all use this crate, so a name, a path or a limit is written once.
//!
//! The crate depends on `assay-market` for one thing, the byte format of a result record. The market program owns that
//! format, because the digest on chain is the hash of a record; with this arrow nobody has to pass the format in, and
//! nobody can pass a wrong one. `assay-runner` does not depend on this crate: it is given bytes, not names.

mod address;
mod backend;
mod cache;
mod error;
mod hash;
mod manifest;
mod result;
mod sources;
mod store;
mod url_policy;

pub use backend::{blobs_url, BLOBS_PATH};
pub use error::ContentError;
pub use hash::{ContentHash, ParseHashError};
pub use manifest::{Manifest, ManifestError};
pub use result::{fetch_record, fetch_result, publish_result, ResultError, TaskResult};
pub use store::{ContentStore, StoreConfig, MAX_CONTENT};
pub use url_policy::{check_content_url, check_http_url, is_loopback, JobUrls};
