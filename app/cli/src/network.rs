//! Which cluster is meant.

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

#[cfg(test)]
mod tests {
    use super::*;

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
