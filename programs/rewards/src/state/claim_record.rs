use anchor_lang::prelude::*;

/// First seed of a provider's claim record.
pub const CLAIM_SEED: &[u8] = b"claim";

/// The epochs that a provider was paid for. Seeds: `claim`, provider.
#[account]
pub struct ClaimRecord {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The staking program's provider.
    pub provider: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Number of the newest claimed epoch.
    pub newest: PodU64,
    /// Bit `i` is set if epoch `newest − i` was claimed. Zero before the first claim.
    pub bitmap: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Returns the address of a provider's claim record.
pub fn claim_record_address(provider: &Address) -> Address {
    anchor_lang::find_program_address(&[CLAIM_SEED, provider.as_ref()], &crate::ID).0
}

impl ClaimRecord {
    /// Returns the epochs that were claimed.
    pub fn claims(&self) -> Claims {
        Claims {
            newest: self.newest.get(),
            bitmap: self.bitmap.get(),
        }
    }

    /// Records the claim of an epoch. Returns false, and records nothing, if the epoch was claimed before.
    #[must_use]
    pub fn claim(&mut self, epoch: u64) -> bool {
        let Some(claims) = self.claims().with(epoch) else {
            return false;
        };
        self.newest = claims.newest.into();
        self.bitmap = claims.bitmap.into();
        true
    }
}

/// The claimed epochs among the newest claimed one and the 63 before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Number of the newest claimed epoch.
    pub newest: u64,
    /// Bit `i` is set if epoch `newest − i` was claimed.
    pub bitmap: u64,
}

impl Claims {
    /// Returns the claims with `epoch` added, or `None` if the epoch was claimed or is too old to know.
    pub fn with(self, epoch: u64) -> Option<Self> {
        if self.bitmap == 0 {
            return Some(Self {
                newest: epoch,
                bitmap: 1,
            });
        }
        if let Some(ahead) = epoch.checked_sub(self.newest).filter(|ahead| *ahead > 0) {
            let kept = u32::try_from(ahead)
                .ok()
                .and_then(|ahead| self.bitmap.checked_shl(ahead))
                .unwrap_or(0);
            return Some(Self {
                newest: epoch,
                bitmap: kept | 1,
            });
        }
        let age = u32::try_from(self.newest.checked_sub(epoch)?).ok()?;
        let bit = 1u64.checked_shl(age)?;
        (self.bitmap & bit == 0).then_some(Self {
            bitmap: self.bitmap | bit,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn no_epoch_is_ever_claimed_twice(base in 0u64..u64::MAX - 400, offsets in prop::collection::vec(0u64..200, 1..300)) {
            let mut claims = Claims::default();
            let mut claimed = BTreeSet::new();
            for offset in offsets {
                let epoch = base + offset;
                match claims.with(epoch) {
                    Some(next) => {
                        prop_assert!(claimed.insert(epoch), "claimed twice: {epoch}");
                        claims = next;
                    }
                    None => prop_assert!(claimed.contains(&epoch) || claims.newest - epoch >= 64),
                }
            }
        }

        #[test]
        fn the_last_64_epochs_can_be_claimed_in_any_order(
            base in 0u64..u64::MAX - 64, order in Just((0u64..64).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut claims = Claims::default();
            for offset in order {
                claims = claims.with(base + offset).unwrap();
            }
            prop_assert_eq!(claims, Claims { newest: base + 63, bitmap: u64::MAX });
        }
    }

    #[test]
    fn a_record_takes_each_epoch_once() {
        let mut record = ClaimRecord::zeroed();
        assert!(record.claim(0));
        assert!(!record.claim(0));
        assert!(record.claim(2));
        assert!(!record.claim(2));
        assert!(record.claim(1));
        assert_eq!((record.newest.get(), record.bitmap.get()), (2, 0b111));
    }

    #[test]
    fn a_jump_of_64_epochs_forgets_the_older_ones_as_claimed() {
        let claims = Claims::default().with(3).unwrap().with(67).unwrap();
        assert_eq!(
            claims,
            Claims {
                newest: 67,
                bitmap: 1
            }
        );
        assert_eq!(claims.with(3), None);
        assert_eq!(claims.with(67), None);
    }
}
