//! The keys that sign a migration.

use crate::{Error, Result};
use assay_client::{Address, Keypair, Signer as _};

/// The deployer, who pays, and the keys of others whom single steps need: the genesis holder, founders, a multisig.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The programs' upgrade authority.
    pub deployer: &'a Keypair,
    /// Further keys, in any order.
    pub others: &'a [Keypair],
}

impl<'a> Keys<'a> {
    /// Returns the keys of a migration that nobody but the deployer signs.
    pub fn of(deployer: &'a Keypair) -> Self {
        Self {
            deployer,
            others: &[],
        }
    }

    /// Returns the key of `address`.
    ///
    /// # Errors
    /// [`Error::NoKey`] with what it is needed for.
    pub(crate) fn find(&self, address: &Address, purpose: &'static str) -> Result<&'a Keypair> {
        let mut all = core::iter::once(self.deployer).chain(self.others);
        all.find(|key| key.pubkey() == *address)
            .ok_or(Error::NoKey {
                purpose,
                address: *address,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_address() {
        let (deployer, others) = (Keypair::new(), [Keypair::new(), Keypair::new()]);
        let keys = Keys {
            deployer: &deployer,
            others: &others,
        };
        for key in [&deployer, &others[0], &others[1]] {
            let found = keys.find(&key.pubkey(), "a test").unwrap();
            assert_eq!(found.pubkey(), key.pubkey());
        }
        let missing = keys.find(&Address::default(), "a test").unwrap_err();
        assert!(missing.to_string().starts_with("a test needs"), "{missing}");
        let alone = Keys::of(&deployer).find(&others[0].pubkey(), "a test");
        assert!(alone.is_err());
    }
}
