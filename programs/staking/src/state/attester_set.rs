use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use assay_shared::hash::sha256v;

/// Most keys of an attester set.
pub const MAX_ATTESTERS: usize = 16;

/// Ed25519 keys that vouch for results or for workers. Seeds: `attester_set`, authority, id as four bytes, least first.
///
/// The keys never change: whoever names a set knows whose signatures count.
#[account]
pub struct AttesterSet {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Number of keys.
    pub count: u8,
    /// Number that the authority chose.
    pub id: PodU32,
    /// Wallet that opened the set, issues its credentials and may close it.
    pub authority: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// `sha256(address of this account ‖ keys)`: a set that was closed and opened again with other keys is another one.
    pub identity: [u8; 32],
    /// The keys, strictly increasing as bytes; zero behind the last.
    pub keys: [[u8; 32]; MAX_ATTESTERS],
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl AttesterSet {
    /// Returns the keys.
    pub fn keys(&self) -> &[[u8; 32]] {
        self.keys.get(..usize::from(self.count)).unwrap_or(&[])
    }

    /// Fills a new account.
    ///
    /// # Errors
    /// `BadAttesterKeys`.
    pub fn fill(&mut self, address: &Address, keys: &[[u8; 32]]) -> RuleResult<()> {
        let ordered = keys.windows(2).all(|pair| match pair {
            [before, after] => before < after,
            _ => true,
        });
        let count = u8::try_from(keys.len()).map_err(|_| StakingError::BadAttesterKeys)?;
        let places = self.keys.get_mut(..keys.len());
        let places = places.ok_or(StakingError::BadAttesterKeys)?;
        // The zero key comes first in the order, if at all. It belongs to nobody, or to everybody.
        if keys.first().is_none_or(|first| *first == [0; 32]) || !ordered {
            return Err(StakingError::BadAttesterKeys);
        }
        places.copy_from_slice(keys);
        self.count = count;
        self.identity = sha256v(&[address.as_ref(), keys.as_flattened()]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    fn filled(keys: &[[u8; 32]]) -> RuleResult<AttesterSet> {
        let mut set = AttesterSet::zeroed();
        set.fill(&Address::new_from_array([9; 32]), keys)?;
        Ok(set)
    }

    #[test]
    fn keys_are_kept_and_name_the_set() {
        let set = filled(&[[1; 32], [2; 32]]).unwrap();
        assert_eq!(set.keys(), [[1; 32], [2; 32]]);
        assert_ne!(set.identity, filled(&[[1; 32], [3; 32]]).unwrap().identity);
    }

    #[test]
    fn no_key_too_many_a_zero_one_and_disorder_are_refused() {
        let many: [[u8; 32]; 17] = core::array::from_fn(|i| [i as u8 + 1; 32]);
        let bad: [&[[u8; 32]]; 5] = [
            &[],
            &many,
            &[[0; 32], [1; 32]],
            &[[1; 32], [1; 32]],
            &[[2; 32], [1; 32]],
        ];
        for keys in bad {
            assert_eq!(filled(keys).err(), Some(StakingError::BadAttesterKeys));
        }
        assert_eq!(filled(&many[..16]).unwrap().keys().len(), 16);
    }
}
