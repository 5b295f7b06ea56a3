//! Which cluster is meant.

use std::net::IpAddr;

/// Reads an RPC URL or one of the Solana tools' short names for clusters.
pub fn parse_url(text: &str) -> Result<String, String> {
    let url = match text {
        "localhost" | "l" => "http://127.0.0.1:8899",
        "devnet" | "d" => "https://api.devnet.solana.com",
        "testnet" | "t" => "https://api.testnet.solana.com",
        "mainnet-beta" | "m" => "https://api.mainnet-beta.solana.com",
        url => return parse_http_url(url),
    };
    Ok(url.to_owned())
}

/// Reads an `http(s)` URL, without its last slash.
pub fn parse_http_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let valid = |host: &str| {
        let authority = host.split(['/', '?', '#']).next().unwrap_or_default();
        let port = authority.rsplit_once(':').map(|(_, port)| port);
        let port_is_good = match port {
            Some(port) if !port.ends_with(']') => port.parse::<u16>().is_ok(),
            _ => true,
        };
        !authority.is_empty() && port_is_good && !host.contains(char::is_whitespace)
    };
    match rest {
        Some(host) if valid(host) => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err(format!(
            "`{text}` is not a URL; write http://HOST:PORT, https://HOST, or one of localhost, devnet, testnet, mainnet-beta"
        )),
    }
}

/// Whether a URL, as [`parse_http_url`] takes it, leads to this machine only: others cannot follow it.
pub fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    match name.parse::<IpAddr>().map(|address| address.to_canonical()) {
        // The unspecified address, too, is answered by the machine that asks.
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn short_names_are_those_of_the_solana_tools() {
        assert_eq!(parse_url("l"), parse_url("localhost"));
        assert_eq!(parse_url("d").unwrap(), "https://api.devnet.solana.com");
        assert_eq!(parse_url("m"), parse_url("mainnet-beta"));
    }

    #[test]
    fn urls_are_taken_as_they_are() {
        for url in [
            "http://127.0.0.1:8899",
            "https://rpc.example.org/key?x=1",
            "http://[::1]:8899",
        ] {
            assert_eq!(parse_url(url).unwrap(), url);
        }
        assert_eq!(parse_url("http://host/").unwrap(), "http://host");
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in [
            "",
            "mainnet",
            "ftp://host",
            "http://",
            "http://host:99999",
            "http://a b",
            "host:8899",
        ] {
            assert!(parse_url(text).is_err(), "{text}");
        }
    }
}
