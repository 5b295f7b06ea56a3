//! URLs in arguments: the cluster and the blob store that a command uses.

use crate::{CliError, Result};
use assay_client::{Address, Client};
use assay_content::{check_content_url, check_http_url, is_loopback, JobUrls};

/// The account in which a local network keeps the URL of its own blob store, as text. On any other network this account
/// cannot exist: nobody has the key of this address, and only a local network writes accounts without one.
pub const BLOB_STORE_ACCOUNT: Address =
    Address::new_from_array(*b"assay localnet: URL of its blobs");

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

/// Returns the blob store `given`, or the network's own if none is given and the network runs on this machine.
///
/// # Errors
/// `Usage` if no store is given and the network has none; and as [`check_blob_store`].
pub fn resolve_blob_store(given: Option<String>, client: &Client) -> Result<String> {
    let cluster_url = client.url();
    match given {
        Some(store) => check_blob_store(store, cluster_url),
        None if is_loopback(cluster_url) => own_blob_store(client)?.ok_or_else(|| {
            CliError::usage(format!(
                "the network at {cluster_url} has no blob store of its own; pass one with --store"
            ))
        }),
        None => Err(CliError::usage(format!(
            "the network at {cluster_url} is not on this machine and has no blob store of its own; pass one that others can reach with --store"
        ))),
    }
}

/// Returns `store` if the workers of the cluster at `cluster_url` can reach it.
///
/// # Errors
/// `Usage` if only this machine can reach the store but the cluster is elsewhere: workers on other machines read the URL in
/// the job and could not follow it.
pub fn check_blob_store(store: String, cluster_url: &str) -> Result<String> {
    if is_loopback(cluster_url) || !is_loopback(&store) {
        return Ok(store);
    }
    Err(CliError::usage(format!(
        "the blob store {store} can be reached from this machine only, but the network at {cluster_url} is elsewhere; pass a --store that others can reach"
    )))
}

/// Which URLs of strangers a command follows.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct StrangerUrls {
    /// Follow the URLs that jobs and workers name to private addresses, too: this machine, its networks, a cloud's own services.
    /// Only where you trust all who can name one. On a local network it is always so.
    #[arg(long)]
    allow_private: bool,
}

impl StrangerUrls {
    /// Returns the rule for the network of `client`.
    ///
    /// # Errors
    /// Those of the RPC server.
    pub fn rule(self, client: &Client) -> Result<JobUrls> {
        // Everybody on a local network has an address of this machine.
        let is_local =
            || Ok::<_, CliError>(is_loopback(client.url()) && own_blob_store(client)?.is_some());
        Ok(if self.allow_private || is_local()? {
            JobUrls::AnyAddress
        } else {
            JobUrls::Public
        })
    }
}

/// Reads the URL of a local network's blob store from the chain. Returns `None` on any other network.
fn own_blob_store(client: &Client) -> Result<Option<String>> {
    let account = client.account(&BLOB_STORE_ACCOUNT)?;
    let url = account.and_then(|account| String::from_utf8(account.data).ok());
    Ok(url.filter(|url| check_content_url(url).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    const REMOTE: &str = "https://rpc.example.org";
    const STORE: &str = "https://blobs.example.org";
    const LOCAL: &str = "http://127.0.0.1:18899";
    const LOCAL_STORE: &str = "http://127.0.0.1:18898";

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
    fn what_is_no_url_is_rejected() {
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
    fn a_store_whose_url_no_node_would_follow_is_rejected() {
        for text in ["http://host/?x=1", "http://me:secret@host"] {
            assert!(parse_cluster_url(text).is_ok(), "{text}");
            assert!(parse_blob_store_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_store_on_this_machine_is_for_local_networks() {
        assert_eq!(
            check_blob_store(LOCAL_STORE.into(), LOCAL).unwrap(),
            LOCAL_STORE
        );
        let error = check_blob_store(LOCAL_STORE.into(), REMOTE).unwrap_err();
        assert_eq!(error.exit_code, ExitCode::Usage);
    }

    #[test]
    fn a_store_that_others_can_reach_is_good_everywhere() {
        for url in [REMOTE, LOCAL] {
            assert_eq!(check_blob_store(STORE.into(), url).unwrap(), STORE);
        }
    }

    #[test]
    fn a_network_elsewhere_is_not_asked_for_a_store() {
        let error = resolve_blob_store(None, &Client::new(REMOTE)).unwrap_err();
        assert_eq!(error.exit_code, ExitCode::Usage);
    }
}
