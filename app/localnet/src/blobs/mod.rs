//! A content-addressed blob store: bytes are named by their sha256 and checked against it whenever they are read.

mod server;
mod store;

pub use server::BlobServer;
pub use store::{BlobError, BlobStore};
