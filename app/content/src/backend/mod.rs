//! The places content comes from.

pub(crate) mod http;

use crate::url_policy as address;
use crate::{ContentHash, FetchError, Hints, BLOBS_PATH};

/// The address that a stranger's hint leads to; one that ends in `/` is a directory of content named by hash.
pub(crate) fn hinted(uri: &str, expected: ContentHash, hints: Hints) -> Result<String, FetchError> {
    let refused = |reason| FetchError::RefusedHint {
        uri: uri.to_string(),
        reason,
    };
    if hints == Hints::Ignore {
        return Err(refused(
            "this store asks only its blob stores; upload the content to one of them",
        ));
    }
    // The hint itself, without the hash: `http://` alone would take it for a host.
    address::parse(uri).map_err(refused)?;
    Ok(match uri.ends_with('/') {
        true => format!("{uri}{expected}"),
        false => uri.to_string(),
    })
}

/// A server that keeps content: `GET <base>/blobs/<hash>` and `PUT <base>/blobs`, which answers the hash.
#[derive(Debug)]
pub(crate) struct BlobStore {
    base: String,
}

impl BlobStore {
    pub(crate) fn parse(base: &str) -> Result<Self, FetchError> {
        match address::parse(base) {
            Ok(_) => Ok(Self {
                base: base.trim_end_matches('/').to_string(),
            }),
            Err(reason) => Err(FetchError::RefusedHint {
                uri: base.to_string(),
                reason,
            }),
        }
    }

    pub(crate) fn address(&self, name: ContentHash) -> String {
        format!("{}/{name}", self.upload_address())
    }

    pub(crate) fn upload_address(&self) -> String {
        format!("{}{BLOBS_PATH}", self.base)
    }
}
