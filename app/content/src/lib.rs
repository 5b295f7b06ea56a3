//! How content is named, for those who keep it and those who fetch it.

mod content_hash;

pub use content_hash::{ContentHash, HashTextError};

/// The path of a blob store: `PUT` here stores a blob and answers its name, `GET` below it, `/blobs/<name>`, brings one.
pub const BLOBS_PATH: &str = "/blobs";
