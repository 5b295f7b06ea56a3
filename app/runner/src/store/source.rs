//! The places content comes from: the web, and files.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::Agent;

use super::Hints;
use crate::{ContentHash, FetchError};

/// Longest wait for a connection or for the head of an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest whole exchange; a server that drips one byte a minute is given up.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(300);
/// Largest answer to an upload, in bytes: a hash and some white space.
const NAME_BYTES: u64 = 128;

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
        let address = if uri.ends_with('/') {
            format!("{uri}{expected}")
        } else {
            uri.to_string()
        };
        match (hints, address.strip_prefix("file://")) {
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
            _ if is_web(uri) => Ok(Self::Url(address)),
            _ => Err(refused("only http://, https:// and file:// are understood")),
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
        if !is_web(base) {
            let reason = "a blob store needs a URL that starts with http:// or https://";
            return Err(FetchError::RefusedHint {
                uri: base.to_string(),
                reason,
            });
        }
        Ok(Self {
            base: base.trim_end_matches('/').to_string(),
        })
    }

    pub(super) fn source(&self, name: ContentHash) -> Source {
        Source::Url(format!("{}/blobs/{name}", self.base))
    }
}

fn is_web(address: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| address.len() > scheme.len() && address.starts_with(scheme))
}

/// The HTTP client; keeps connections open between tasks.
#[derive(Debug)]
pub(super) struct Web {
    agent: Agent,
}

impl Web {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(ANSWER_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT))
            .timeout_global(Some(EXCHANGE_TIMEOUT))
            .max_redirects(3)
            .user_agent("assay")
            .build();
        Self {
            agent: config.into(),
        }
    }

    /// Reads at most `max_bytes` bytes; a larger source is an error found without reading the rest of it.
    pub(super) fn read(&self, source: &Source, max_bytes: u64) -> Result<Vec<u8>, FetchError> {
        let from = || source.to_string();
        let unreachable = |reason: String| FetchError::Unreachable {
            from: from(),
            reason,
        };
        let reader: Box<dyn Read> = match source {
            Source::Url(url) => {
                let answer = self
                    .agent
                    .get(url)
                    .call()
                    .map_err(|error| unreachable(error.to_string()))?;
                Box::new(answer.into_body().into_reader())
            }
            Source::File(path) => {
                // Looked at before opening: opening a named pipe would wait for ever.
                if !path
                    .metadata()
                    .map_err(|error| unreachable(error.to_string()))?
                    .is_file()
                {
                    return Err(unreachable("it is not a regular file".into()));
                }
                Box::new(File::open(path).map_err(|error| unreachable(error.to_string()))?)
            }
        };
        let mut content = Vec::new();
        let mut capped = reader.take(max_bytes.saturating_add(1));
        capped
            .read_to_end(&mut content)
            .map_err(|error| unreachable(error.to_string()))?;
        if content.len() as u64 > max_bytes {
            return Err(FetchError::TooLarge {
                from: from(),
                max_bytes,
            });
        }
        Ok(content)
    }

    /// Uploads `content` and checks that the store gave it the right name.
    pub(super) fn put(&self, store: &BlobStore, content: &[u8]) -> Result<ContentHash, FetchError> {
        let from = format!("{}/blobs", store.base);
        let unreachable = |reason: String| FetchError::Unreachable {
            from: from.clone(),
            reason,
        };
        let mut answer = self
            .agent
            .put(&from)
            .send(content)
            .map_err(|error| unreachable(error.to_string()))?;
        let name = answer
            .body_mut()
            .with_config()
            .limit(NAME_BYTES)
            .read_to_string();
        let name = name.map_err(|error| unreachable(error.to_string()))?;
        let found: ContentHash = name
            .trim()
            .parse()
            .map_err(|error| unreachable(format!("it answered {error}")))?;
        let expected = ContentHash::of(content);
        if found != expected {
            return Err(FetchError::HashMismatch {
                from,
                expected,
                found,
            });
        }
        Ok(found)
    }
}
