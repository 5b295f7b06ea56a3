use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

/// The name of a blob: the sha256 of its bytes, written as 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobId([u8; 32]);

/// The text is not 64 hex digits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a blob is named by the 64 hex digits of its sha256")]
pub struct NotABlobId;

impl BlobId {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash itself.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl FromStr for BlobId {
    type Err = NotABlobId;

    fn from_str(text: &str) -> Result<Self, NotABlobId> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).map_err(|_| NotABlobId)?;
        Ok(Self(hash))
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
