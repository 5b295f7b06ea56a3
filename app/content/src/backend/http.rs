//! Blob stores and job URLs over HTTP.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use ureq::http::{header::LOCATION, Uri};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

use super::resolver::PublicResolver;
use super::{BlobBackend, Download, BLOBS_PATH};
use crate::url_policy::check_redirect;
use crate::{ContentError, ContentHash};

/// Longest wait for a name to be resolved, for a connection, and for the head of a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest whole exchange, redirects included. It ends a transfer from a server that sends one byte a minute.
pub(crate) const TOTAL_TIMEOUT: Duration = Duration::from_secs(300);
/// Longest wait for the next bytes.
const STALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes a second that a server must send on average, after [`STALL_TIMEOUT`].
const LEAST_RATE: u64 = 32 << 10;
/// Largest response to an upload, in bytes: a hash and some white space.
const MAX_NAME_BYTES: u64 = 128;
/// Redirects followed in one download.
const MAX_REDIRECTS: usize = 3;

/// Where a client connects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anywhere, through the proxy that the environment names.
    Anywhere,
    /// To public addresses alone. A proxy would look the addresses up by itself, so none is used.
    Public,
}

/// An HTTP client. Its copies share their connections, which stay open between downloads.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    agent: Agent,
}

impl HttpClient {
    pub(crate) fn new(reach: Reach) -> Self {
        let builder = Agent::config_builder()
            .timeout_resolve(Some(RESPONSE_TIMEOUT))
            .timeout_connect(Some(RESPONSE_TIMEOUT))
            .timeout_recv_response(Some(RESPONSE_TIMEOUT))
            .timeout_global(Some(TOTAL_TIMEOUT))
            .timeout_per_read(Some(STALL_TIMEOUT))
            // `follow_redirects` checks each target before it is asked.
            .max_redirects(0)
            .user_agent("assay");
        let agent = match reach {
            Reach::Anywhere => builder.build().into(),
            Reach::Public => Agent::with_parts(
                builder.proxy(None).build(),
                DefaultConnector::default(),
                PublicResolver(DefaultResolver::default()),
            ),
        };
        Self { agent }
    }

    /// Downloads at most `max_bytes` bytes from `url`, within `patience`, but never longer than [`TOTAL_TIMEOUT`]. The rest
    /// of larger content is not read.
    ///
    /// # Errors
    /// [`ContentError::Unreachable`] or [`ContentError::TooLarge`].
    pub(crate) fn get(
        &self,
        url: &str,
        max_bytes: u64,
        patience: Duration,
    ) -> Result<Download, ContentError> {
        let unreachable = |reason: String| ContentError::Unreachable {
            from: url.to_string(),
            reason,
        };
        let body = self.follow_redirects(url, patience).map_err(unreachable)?;
        let body = body.into_reader().take(max_bytes.saturating_add(1));
        let content = read_at_rate(body, LEAST_RATE, STALL_TIMEOUT)
            .map_err(|error| unreachable(error.to_string()))?;
        let from = url.to_string();
        if content.len() as u64 > max_bytes {
            return Err(ContentError::TooLarge { from, max_bytes });
        }
        Ok(Download { from, content })
    }

    /// Returns the body behind `url` and its redirects, all of them on one host. The error says why there is none.
    fn follow_redirects(&self, url: &str, patience: Duration) -> Result<Body, String> {
        let patience = patience.min(TOTAL_TIMEOUT);
        let started = Instant::now();
        let mut uri: Uri = url
            .parse()
            .map_err(|_| "it is not an address".to_string())?;
        for _ in 0..=MAX_REDIRECTS {
            let left = patience.saturating_sub(started.elapsed());
            let request = self.agent.get(&uri).config().timeout_global(Some(left));
            let response = request.build().call().map_err(|error| error.to_string())?;
            if !response.status().is_redirection() {
                return Ok(response.into_body());
            }
            let location = response.headers().get(LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            uri = check_redirect(&uri, location.unwrap_or_default())?;
        }
        Err("it redirects in circles".into())
    }
}

/// Reads to the end what comes with at least `rate` bytes a second on average, after a time of `grace`.
fn read_at_rate(mut body: impl Read, rate: u64, grace: Duration) -> io::Result<Vec<u8>> {
    let started = Instant::now();
    let mut content = Vec::new();
    let mut part = vec![0; 64 << 10];
    loop {
        let count = body.read(&mut part)?;
        let Some(read) = part.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(content);
        };
        content.extend_from_slice(read);
        let millis = (content.len() as u64).saturating_mul(1_000) / rate.max(1);
        if started.elapsed() > grace.saturating_add(Duration::from_millis(millis)) {
            let reason = format!("it sends less than {rate} bytes a second");
            return Err(io::Error::new(io::ErrorKind::TimedOut, reason));
        }
    }
}

/// A blob store over HTTP: `GET <base>/blobs/<name>` (or `HEAD`), and `PUT <base>/blobs`, which returns the name.
#[derive(Debug)]
pub(super) struct HttpBackend {
    /// URL of the store's content, without a slash at the end.
    blobs_url: String,
    client: HttpClient,
}

impl HttpBackend {
    pub(super) fn new(base: &str, client: HttpClient) -> Self {
        Self {
            blobs_url: format!("{}{BLOBS_PATH}", base.trim_end_matches('/')),
            client,
        }
    }
}

impl BlobBackend for HttpBackend {
    fn get(&self, name: ContentHash, max_bytes: u64) -> Result<Download, ContentError> {
        self.client.get(
            &format!("{}/{name}", self.blobs_url),
            max_bytes,
            TOTAL_TIMEOUT,
        )
    }

    fn has(&self, name: ContentHash) -> bool {
        let url = format!("{}/{name}", self.blobs_url);
        let response = self.client.agent.head(&url).call();
        response.is_ok_and(|response| response.status().is_success())
    }

    fn put(&self, content: &[u8]) -> Result<ContentHash, ContentError> {
        let unreachable = |reason: String| ContentError::Unreachable {
            from: self.blobs_url.clone(),
            reason,
        };
        let mut response = self
            .client
            .agent
            .put(&self.blobs_url)
            .send(content)
            .map_err(|error| unreachable(error.to_string()))?;
        let name = response
            .body_mut()
            .with_config()
            .limit(MAX_NAME_BYTES)
            .read_to_string();
        let name = name.map_err(|error| unreachable(error.to_string()))?;
        let found: ContentHash = name
            .trim()
            .parse()
            .map_err(|error| unreachable(format!("it answered {error}")))?;
        let expected = ContentHash::of(content);
        if found != expected {
            return Err(ContentError::HashMismatch {
                from: self.blobs_url.clone(),
                expected,
                found,
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends one byte every five milliseconds.
    struct Drip(usize);

    impl Read for Drip {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let Some(left) = self.0.checked_sub(1) else {
                return Ok(0);
            };
            std::thread::sleep(Duration::from_millis(5));
            self.0 = left;
            target[0] = 7;
            Ok(1)
        }
    }

    #[test]
    fn who_sends_too_slowly_is_left_and_who_is_slow_at_first_is_not() {
        let grace = Duration::from_millis(100);
        let slow = read_at_rate(Drip(1_000), 100_000, grace).unwrap_err();
        assert_eq!(slow.to_string(), "it sends less than 100000 bytes a second");
        assert_eq!(
            read_at_rate(Drip(5), 100_000, Duration::from_secs(9)).unwrap(),
            [7; 5]
        );
        // As slow as it is allowed to be.
        assert_eq!(read_at_rate(Drip(60), 1, grace).unwrap().len(), 60);
    }
}
