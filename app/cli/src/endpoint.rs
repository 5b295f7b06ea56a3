//! URLs in arguments: which cluster and which blob store a command talks to.

use crate::{Failure, Result};
use assay_content::{check_content_url, check_http_url, is_loopback};

/// The blob store of a local network on its standard port.
const LOCAL_BLOB_STORE: &str = "http://127.0.0.1:8898";

/// Parses an RPC URL or one of the Solana tools' short names for clusters. The URL loses the slash at its end.
///
/// # Errors
/// A sentence for the user.
pub fn parse_cluster_url(text: &str) -> core::result::Result<String, String> {
    let url = match text {
        "localhost" | "l" => "http://127.0.0.1:8899",
        "devnet" | "d" => "https://api.devnet.solana.com",
        "testnet" | "t" => "https://api.testnet.solana.com",
        "mainnet-beta" | "m" => "https://api.mainnet-beta.solana.com",
        url => url,
    };
    check_http_url(url).map_err(|reason| {
        format!("`{text}` is not a URL ({reason}); write http://HOST:PORT, https://HOST, or one of localhost, devnet, testnet, mainnet-beta")
    })?;
    Ok(url.trim_end_matches('/').to_owned())
}

/// Parses the base URL of a blob store, by the rules that nodes apply to it. The URL loses the slash at its end.
///
/// # Errors
/// A sentence for the user.
pub fn parse_blob_store_url(text: &str) -> core::result::Result<String, String> {
    check_content_url(text).map_err(|reason| {
        format!("`{text}` is not the URL of a blob store ({reason}); write http://HOST:PORT or https://HOST")
    })?;
    Ok(text.trim_end_matches('/').to_owned())
}

/// Returns the blob store `given`, or the local network's if the cluster at `cluster_url` runs on this machine.
///
/// # Errors
/// `Usage` if only this machine can reach the store but the cluster is elsewhere: workers on other machines read the URL in
/// the job and could not follow it.
pub fn resolve_blob_store(given: Option<String>, cluster_url: &str) -> Result<String> {
    let is_local = is_loopback(cluster_url);
    match given {
        Some(store) if is_local || !is_loopback(&store) => Ok(store),
        Some(store) => Err(Failure::usage(format!(
            "the blob store {store} can be reached from this machine only, but the network at {cluster_url} is elsewhere; pass a --store that others reach too"
        ))),
        None if is_local => Ok(LOCAL_BLOB_STORE.to_owned()),
        None => Err(Failure::usage(format!(
            "the network at {cluster_url} is not on this machine and has no blob store of its own; pass one that others reach too with --store"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    const REMOTE: &str = "https://rpc.example.org";
    const STORE: &str = "https://blobs.example.org";

    #[test]
    fn short_names_are_those_of_the_solana_tools() {
        assert_eq!(parse_cluster_url("l"), parse_cluster_url("localhost"));
        assert_eq!(
            parse_cluster_url("d").unwrap(),
            "https://api.devnet.solana.com"
        );
        assert_eq!(parse_cluster_url("m"), parse_cluster_url("mainnet-beta"));
    }

    #[test]
    fn urls_are_taken_as_they_are() {
        for url in [
            "http://127.0.0.1:8899",
            "https://rpc.example.org/key?x=1",
            "http://[::1]:8899",
        ] {
            assert_eq!(parse_cluster_url(url).unwrap(), url);
        }
        assert_eq!(parse_cluster_url("http://host/").unwrap(), "http://host");
        assert_eq!(parse_blob_store_url("http://host/").unwrap(), "http://host");
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
            assert!(parse_cluster_url(text).is_err(), "{text}");
            assert!(parse_blob_store_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_store_whose_url_no_node_would_follow_is_refused() {
        for text in ["http://host/?x=1", "http://me:secret@host"] {
            assert!(parse_cluster_url(text).is_ok(), "{text}");
            assert!(parse_blob_store_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_local_store_is_for_local_networks() {
        let local = resolve_blob_store(None, "http://127.0.0.1:18899").unwrap();
        assert_eq!(local, LOCAL_BLOB_STORE);
        let exit = |given: Option<&str>| {
            let resolved = resolve_blob_store(given.map(str::to_owned), REMOTE);
            resolved.unwrap_err().exit
        };
        assert_eq!(exit(None), Exit::Usage);
        assert_eq!(exit(Some(LOCAL_BLOB_STORE)), Exit::Usage);
    }

    #[test]
    fn a_store_that_others_reach_is_good_everywhere() {
        for url in [REMOTE, "http://127.0.0.1:8899"] {
            assert_eq!(resolve_blob_store(Some(STORE.into()), url).unwrap(), STORE);
        }
    }
}
