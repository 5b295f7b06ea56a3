//! Which blob store is meant. A job names its store, and the workers that are to read it sit on other machines.

use crate::{network::is_loopback, Failure, Result};

/// The local network's.
const LOCAL: &str = "http://127.0.0.1:8898";

/// `given`, or the local network's store when the network at `url` runs on this machine.
///
/// Errors: `Usage` for a store that only this machine reaches, on a network of others.
pub fn choose(given: Option<String>, url: &str) -> Result<String> {
    let is_local = is_loopback(url);
    match given {
        Some(store) if is_local || !is_loopback(&store) => Ok(store),
        Some(store) => Err(Failure::usage(format!(
            "the blob store {store} can be reached from this machine only, but the network at {url} is elsewhere; pass a --store that others reach too"
        ))),
        None if is_local => Ok(LOCAL.to_owned()),
        None => Err(Failure::usage(format!(
            "the network at {url} is not on this machine and has no blob store of its own; pass one that others reach too with --store"
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
    fn the_local_store_is_for_local_networks() {
        let local = choose(None, "http://127.0.0.1:18899").unwrap();
        assert_eq!(local, LOCAL);
        assert_eq!(choose(None, REMOTE).unwrap_err().exit, Exit::Usage);
        let refused = choose(Some(LOCAL.into()), REMOTE).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
    }

    #[test]
    fn a_store_that_others_reach_is_good_everywhere() {
        for url in [REMOTE, "http://127.0.0.1:8899"] {
            assert_eq!(choose(Some(STORE.into()), url).unwrap(), STORE);
        }
    }
}
