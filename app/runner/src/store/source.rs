//! The places content comes from: the web, and files.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{address, Hints};
use crate::{ContentHash, FetchError, BLOBS_PATH};

/// One address to read from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Url(String),
    File(PathBuf),
}

impl Source {
    /// Reads a stranger's hint; an address that ends in `/` is a directory of content named by hash.
    pub(super) fn from_hint(
        uri: &str,
        expected: ContentHash,
        hints: Hints,
    ) -> Result<Self, FetchError> {
        let refused = |reason| FetchError::RefusedHint {
            uri: uri.to_string(),
            reason,
        };
        let text = if uri.ends_with('/') {
            format!("{uri}{expected}")
        } else {
            uri.to_string()
        };
        match (hints, text.strip_prefix("file://")) {
            (Hints::Ignore, _) => Err(refused(
                "this store asks only its blob stores; upload the content to one of them",
            )),
            (Hints::WebAndFiles, Some(path)) if Path::new(path).is_absolute() => {
                Ok(Self::File(path.into()))
            }
            (Hints::WebAndFiles, Some(_)) => Err(refused(
                "a file URI needs an absolute path, as in file:///data/a.wasm",
            )),
            (Hints::Web, Some(_)) => Err(refused(
                "files of this machine are off limits; publish the content over http",
            )),
            // The hint itself, without the hash: `http://` alone would take it for a host.
            _ => match address::parse(uri) {
                Ok(_) => Ok(Self::Url(text)),
                Err(reason) => Err(refused(reason)),
            },
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A server that keeps content: `GET <base>/blobs/<hash>` and `PUT <base>/blobs`, which answers the hash.
#[derive(Debug)]
pub(super) struct BlobStore {
    base: String,
}

impl BlobStore {
    pub(super) fn parse(base: &str) -> Result<Self, FetchError> {
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

    pub(super) fn source(&self, name: ContentHash) -> Source {
        Source::Url(format!("{}/{name}", self.upload_address()))
    }

    pub(super) fn upload_address(&self) -> String {
        format!("{}{BLOBS_PATH}", self.base)
    }
}
