//! Which URLs are well formed, which may name content, and which redirects are followed.
//!
//! Two kinds of URL are told apart. The operator chooses the URL of an RPC server and may put an API key into it:
//! [`check_http_url`] checks only that it is well formed. The URL of a blob store comes from a job, that is, from a
//! stranger: [`check_content_url`] allows a scheme, a host, a port and a path.

use std::net::IpAddr;

use ureq::http::Uri;

use crate::{ContentError, ContentHash};

/// Whether to follow the URLs that jobs name. Blob stores in the configuration are the operator's own choice and always used.
///
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobUrls {
    /// Follow none: content comes from the blob stores or not at all.
    Deny,
    /// Follow `http://` and `https://` URLs that [`check_content_url`] allows, to public addresses alone: a stranger must not
    /// reach this machine, its neighbors, or a cloud's service for credentials.
    Public,
    /// Follow them to any address: all who can name a URL are trusted, as on a local network.
    AnyAddress,
}

impl JobUrls {
    /// Returns the URL of the content named `name`: `job_url` itself, or the file `name` in it if it ends in `/`.
    ///
    /// # Errors
    /// [`ContentError::UrlNotAllowed`].
    pub(crate) fn content_url(
        self,
        job_url: &str,
        name: ContentHash,
    ) -> Result<String, ContentError> {
        let not_allowed = |reason| ContentError::UrlNotAllowed {
            url: job_url.to_string(),
            reason,
        };
        if self == JobUrls::Deny {
            return Err(not_allowed(
                "this store asks only its blob stores; upload the content to one of them",
            ));
        }
        // Checked without the name: in `http://` with a name appended, the name would be the host.
        check_content_url(job_url).map_err(not_allowed)?;
        Ok(if job_url.ends_with('/') {
            format!("{job_url}{name}")
        } else {
            job_url.to_string()
        })
    }
}

/// Checks that `text` is an `http://` or `https://` URL with a host.
///
/// # Errors
/// The rule that it breaks, as part of a sentence.
pub fn check_http_url(text: &str) -> Result<(), &'static str> {
    parse(text).map(drop)
}

/// Checks that `text` is an `http(s)` URL of a host, a port and a path only. A user name or password would be sent to a
/// server of a stranger's choice; a query could make a server do something; a fragment means nothing to a server.
///
/// # Errors
/// The rule that it breaks, as part of a sentence.
pub fn check_content_url(text: &str) -> Result<(), &'static str> {
    parse_content_url(text).map(drop)
}

/// Returns true if `url`, which [`check_http_url`] allows, leads to the machine that asks: other machines cannot follow it.
pub fn is_loopback(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    match name.parse::<IpAddr>().map(|address| address.to_canonical()) {
        // A connection to the unspecified address reaches the machine that asks.
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

/// Returns the target of a redirect if it is allowed: a content URL on the host that was asked.
///
/// # Errors
/// Why the redirect is not followed.
pub(crate) fn check_redirect(from: &Uri, location: &str) -> Result<Uri, String> {
    let scheme = from.scheme_str().unwrap_or("https");
    let target = if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        let authority = from.authority().map_or("", |authority| authority.as_str());
        format!("{scheme}://{authority}{location}")
    } else {
        location.to_string()
    };
    let target = parse_content_url(&target)
        .map_err(|reason| format!("it redirects to `{location}`: {reason}"))?;
    if target.host() != from.host() {
        return Err(format!("it redirects to another host, `{location}`"));
    }
    Ok(target)
}

fn parse_content_url(text: &str) -> Result<Uri, &'static str> {
    // `Uri` drops a fragment without a word.
    if text.contains('#') {
        return Err("an address has no fragment; leave out `#` and what follows");
    }
    let uri = parse(text)?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err("an address has no user name or password; leave out what stands before `@`");
    }
    if uri.query().is_some() {
        return Err("an address has no query; leave out `?` and what follows");
    }
    Ok(uri)
}

fn parse(text: &str) -> Result<Uri, &'static str> {
    // `Uri` takes bytes beyond ASCII.
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("an address is made of printable ASCII characters without spaces");
    }
    if !["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
    {
        return Err("only http:// and https:// are understood");
    }
    let uri: Uri = text
        .parse()
        .map_err(|_| "it is not an address; give one like https://example.org/blobs/")?;
    let host = uri.host().unwrap_or_default();
    if host.is_empty() {
        return Err("it names no host; give an address like https://example.org/blobs/");
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if uri.port().is_none() && !authority.ends_with(host) {
        return Err("its port is not a number from 0 to 65535");
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_taken_private_ones_too() {
        for good in [
            "http://127.0.0.1:8898/blobs/",
            "https://example.org",
            "http://[::1]:80/a/b.wasm",
            "http://localhost/a%20b",
        ] {
            assert!(check_content_url(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn each_thing_that_an_address_must_not_have_is_named() {
        for (bad, word) in [
            ("http://me:secret@example.org/a", "user name"),
            ("http://example.org/a?delete=all", "query"),
            ("http://example.org/a#b", "fragment"),
            ("http://example.org/a\u{1b}[2J", "printable"),
            ("http://example.org/a b", "printable"),
            ("ftp://example.org/a", "only http"),
            ("file:///etc/passwd", "only http"),
            ("/a", "only http"),
            ("example.org:80", "only http"),
            ("http://", "not an address"),
            ("http://example.org:99999/a", "port"),
            ("http://example.org:/a", "port"),
        ] {
            let reason = check_content_url(bad).unwrap_err();
            assert!(reason.contains(word), "{bad}: {reason}");
        }
    }

    #[test]
    fn the_address_of_a_server_may_carry_a_key() {
        for good in [
            "https://rpc.example.org/key?x=1",
            "http://user:word@127.1.2.3:1",
            "http://[::1]:8899",
        ] {
            assert!(check_http_url(good).is_ok(), "{good}");
        }
        for bad in ["", "ftp://host", "http://", "http://host:99999", "host:1"] {
            assert!(check_http_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn redirects_stay_on_their_host() {
        let from = parse_content_url("http://example.org:80/a/b").unwrap();
        for (location, to) in [
            ("/c", "http://example.org:80/c"),
            ("https://example.org/c", "https://example.org/c"),
            ("//example.org/c", "http://example.org/c"),
        ] {
            assert_eq!(check_redirect(&from, location).unwrap().to_string(), to);
        }
        for location in [
            "http://127.0.0.1/c",
            "//evil.org/c",
            "c",
            "/c?d",
            "file:///c",
        ] {
            assert!(check_redirect(&from, location).is_err(), "{location}");
        }
    }

    #[test]
    fn this_machine_is_known_under_all_its_names() {
        for url in [
            "http://127.0.0.1:8898",
            "http://localhost",
            "http://LocalHost:8899/x",
            "http://a.localhost",
            "http://[::1]:8899",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0:8898",
            "http://user:word@127.1.2.3:1",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://rpc.example.org",
            "http://10.0.0.1:8899",
            "http://[2001:db8::1]:8899",
            "http://localhost.example.org",
            "http://127.0.0.1@example.org",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
