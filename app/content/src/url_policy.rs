//! Addresses on the web, as strangers may give them.

use ureq::http::Uri;

/// An `http(s)` address of a host, a port and a path: no user name or password, which would be sent to whoever a stranger
/// chose; no query, which could make a server do something; no fragment, which means nothing to a server.
///
/// Errors: what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Uri, &'static str> {
    // `Uri` drops a fragment and takes bytes beyond ASCII.
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("an address is made of printable ASCII characters without spaces");
    }
    if text.contains('#') {
        return Err("an address has no fragment; leave out `#` and what follows");
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
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err("an address has no user name or password; leave out what stands before `@`");
    }
    if uri.host().is_none_or(str::is_empty) {
        return Err("it names no host; give an address like https://example.org/blobs/");
    }
    if uri.query().is_some() {
        return Err("an address has no query; leave out `?` and what follows");
    }
    Ok(uri)
}

/// Where a redirect leads, if that is on the host that was asked.
///
/// Errors: why it is not followed.
pub(crate) fn redirected(from: &Uri, location: &str) -> Result<Uri, String> {
    let to = match (location.strip_prefix("//"), location.starts_with('/')) {
        (Some(_), _) => format!("{}:{location}", from.scheme_str().unwrap_or("https")),
        (None, true) => {
            let (scheme, authority) = (from.scheme_str(), from.authority());
            let authority = authority.map_or("", |authority| authority.as_str());
            format!("{}://{authority}{location}", scheme.unwrap_or("https"))
        }
        (None, false) => location.to_string(),
    };
    let to = parse(&to).map_err(|reason| format!("it redirects to `{location}`: {reason}"))?;
    if to.host() != from.host() {
        return Err(format!("it redirects to another host, `{location}`"));
    }
    Ok(to)
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
            assert!(parse(good).is_ok(), "{good}");
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
        ] {
            let reason = parse(bad).unwrap_err();
            assert!(reason.contains(word), "{bad}: {reason}");
        }
    }

    #[test]
    fn redirects_stay_on_their_host() {
        let from = parse("http://example.org:80/a/b").unwrap();
        for (location, to) in [
            ("/c", "http://example.org:80/c"),
            ("https://example.org/c", "https://example.org/c"),
            ("//example.org/c", "http://example.org/c"),
        ] {
            assert_eq!(redirected(&from, location).unwrap().to_string(), to);
        }
        for location in [
            "http://127.0.0.1/c",
            "//evil.org/c",
            "c",
            "/c?d",
            "file:///c",
        ] {
            assert!(redirected(&from, location).is_err(), "{location}");
        }
    }
}
