//! Names of servers to addresses, only public ones.

use std::fmt::Debug;
use std::io;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::Error;

use crate::address::is_public;

/// Resolves as `R` does, and leaves out addresses that are not public. A connection is made to an address that this returned, so a
/// name that leads elsewhere a moment later gains nothing.
#[derive(Debug)]
pub(super) struct PublicResolver<R>(pub(super) R);

impl<R: Resolver> Resolver for PublicResolver<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if !public.is_empty() {
            return Ok(public);
        }
        let host = uri.host().unwrap_or_default();
        let first = found.iter().next().map(|address| address.ip().to_string());
        let first = first.unwrap_or_default();
        Err(Error::Io(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{host} is at {first}, which is not an address of the public internet; strangers may name only those, unless --allow-private is given"),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    /// Knows these addresses for every name.
    #[derive(Debug)]
    struct Fixed(Vec<SocketAddr>);

    impl Resolver for Fixed {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            let mut addresses = self.empty();
            self.0.iter().for_each(|address| addresses.push(*address));
            Ok(addresses)
        }
    }

    fn resolve(addresses: &[&str]) -> Result<Vec<String>, String> {
        let fixed = Fixed(addresses.iter().map(|text| text.parse().unwrap()).collect());
        let uri = Uri::from_static("http://example.org/a");
        let found = PublicResolver(fixed).resolve(&uri, &Config::default(), NextTimeout::default());
        found
            .map(|found| found.iter().map(ToString::to_string).collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_leads_to_its_public_addresses_alone() {
        let found = resolve(&["10.0.0.1:80", "1.1.1.1:80", "[::1]:80", "[2606:4700::1]:80"]);
        assert_eq!(found.unwrap(), ["1.1.1.1:80", "[2606:4700::1]:80"]);
    }

    #[test]
    fn a_name_without_a_public_address_is_refused_with_the_reason() {
        let reason = resolve(&["169.254.169.254:80", "127.0.0.1:80"]).unwrap_err();
        assert!(
            reason.contains("example.org is at 169.254.169.254"),
            "{reason}"
        );
        assert!(reason.contains("--allow-private"), "{reason}");
    }
}
