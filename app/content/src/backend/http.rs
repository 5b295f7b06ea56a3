//! HTTP.

use std::io::Read;
use std::time::{Duration, Instant};

use ureq::http::{header::LOCATION, Uri};
use ureq::{Agent, Body};

use super::BlobStore;
use crate::url_policy::redirected;
use crate::{ContentHash, FetchError};

/// Longest wait for a connection or for the head of an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest whole exchange; a server that drips one byte a minute is given up.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(300);
/// Largest answer to an upload, in bytes: a hash and some white space.
const NAME_BYTES: u64 = 128;
const MAX_REDIRECTS: usize = 3;

/// The HTTP client; keeps connections open between tasks.
#[derive(Debug)]
pub(crate) struct Web {
    agent: Agent,
}

impl Web {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(ANSWER_TIMEOUT))
            .timeout_connect(Some(ANSWER_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT))
            .timeout_global(Some(EXCHANGE_TIMEOUT))
            // Where a redirect leads is looked at first.
            .max_redirects(0)
            .user_agent("assay")
            .build();
        Self {
            agent: config.into(),
        }
    }

    /// Reads at most `max_bytes` bytes; larger content is an error found without reading the rest of it.
    pub(crate) fn read(&self, url: &str, max_bytes: u64) -> Result<Vec<u8>, FetchError> {
        let unreachable = |reason: String| FetchError::Unreachable {
            from: url.to_string(),
            reason,
        };
        let body = self.get(url).map_err(unreachable)?;
        let mut content = Vec::new();
        let mut capped = body.into_reader().take(max_bytes.saturating_add(1));
        capped
            .read_to_end(&mut content)
            .map_err(|error| unreachable(error.to_string()))?;
        if content.len() as u64 > max_bytes {
            return Err(FetchError::TooLarge {
                from: url.to_string(),
                max_bytes,
            });
        }
        Ok(content)
    }

    /// Follows redirects on the same host; the time for the whole exchange is not renewed by them.
    fn get(&self, url: &str) -> Result<Body, String> {
        let started = Instant::now();
        let mut uri: Uri = url
            .parse()
            .map_err(|_| "it is not an address".to_string())?;
        for _ in 0..=MAX_REDIRECTS {
            let left = EXCHANGE_TIMEOUT.saturating_sub(started.elapsed());
            let asked = self.agent.get(&uri).config().timeout_global(Some(left));
            let answer = asked.build().call().map_err(|error| error.to_string())?;
            if !answer.status().is_redirection() {
                return Ok(answer.into_body());
            }
            let location = answer.headers().get(LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            uri = redirected(&uri, location.unwrap_or_default())?;
        }
        Err("it redirects in circles".into())
    }

    /// Uploads `content` and checks that the store gave it the right name.
    pub(crate) fn put(&self, store: &BlobStore, content: &[u8]) -> Result<ContentHash, FetchError> {
        let from = store.upload_address();
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
