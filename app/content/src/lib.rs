//! How content is named and how large it may be, for those who keep it and those who fetch it.

mod content_hash;

pub use content_hash::{ContentHash, HashTextError};

/// The path of a blob store: `PUT` here stores a blob and answers its name, `GET` below it, `/blobs/<name>`, brings one.
pub const BLOBS_PATH: &str = "/blobs";

/// Largest module or input that nodes take, in bytes.
pub const MAX_CONTENT: u64 = 64 << 20;
