use crate::{
    addresses::derive,
    error::{GovernanceError, RuleResult},
};
use anchor_lang::prelude::*;
use assay_shared::math::mul_div_floor;

/// Time after the end of a grant in which its recipient can still take it, seconds: a year.
pub const GRANT_REST: i64 = 365 * 86_400;

/// Tokens that a vote set aside for a wallet, which need not have an account of the mint before. Seeds: `grant`, proposal index,
/// number of the action. Signs for its vault (seeds: `grant_vault`, grant).
#[account]
pub struct Grant {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Number of the action in its proposal.
    pub action: u8,
    /// Index of the proposal.
    pub proposal: PodU64,
    /// Wallet that receives the tokens.
    pub recipient: Address,
    /// The mint that is granted.
    pub mint: Address,
    /// The token program that owns the mint.
    pub token_program: Address,
    /// Wallet that paid the rent of grant and vault and gets it back.
    pub payer: Address,
    /// Tokens granted, base units of the mint.
    pub amount: PodU64,
    /// Tokens paid so far, base units of the mint.
    pub paid: PodU64,
    /// Unix time from which the tokens vest, seconds.
    pub starts_at: PodI64,
    /// Unix time at which all have vested, seconds.
    pub ends_at: PodI64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Returns the address of the grant that action number `action` of the proposal with this index makes, and its bump.
pub fn grant_address(proposal: u64, action: u8) -> (Address, u8) {
    let (index, action) = (proposal.to_le_bytes(), [action]);
    derive(&[b"grant", &index, &action], &crate::ID)
}

/// Returns the address of a grant's vault, and its bump.
pub fn grant_vault_address(grant: &Address) -> (Address, u8) {
    derive(&[b"grant_vault", grant.as_ref()], &crate::ID)
}

impl Grant {
    /// Returns the base units that have vested at the Unix time `now`, rounded down:
    /// `floor(amount·(now − starts_at)/(ends_at − starts_at))` until all have.
    pub fn vested(&self, now: i64) -> u64 {
        let (start, end) = (self.starts_at.get(), self.ends_at.get());
        if now >= end {
            return self.amount.get();
        }
        // Both differences are positive here or the grant has not begun, so they fit 64 bits without a sign.
        let elapsed = u64::try_from(now.saturating_sub(start)).unwrap_or(0);
        let whole = u64::try_from(end.saturating_sub(start)).unwrap_or(0);
        mul_div_floor(self.amount.get(), elapsed, whole).unwrap_or(0)
    }

    /// Counts what has vested and was not paid yet as paid, and returns it, base units.
    ///
    /// # Errors
    /// `NothingToClaim`.
    pub fn take(&mut self, now: i64) -> RuleResult<u64> {
        let vested = self.vested(now);
        let due = vested.saturating_sub(self.paid.get());
        if due == 0 {
            return Err(GovernanceError::NothingToClaim);
        }
        self.paid = vested.into();
        Ok(due)
    }

    /// Checks that the grant can be closed: everything is paid, or its recipient has let a year go by. Else a lost key would hold
    /// the tokens for ever.
    ///
    /// # Errors
    /// `GrantRunning`.
    pub fn check_over(&self, now: i64) -> RuleResult<()> {
        let given_up = self.ends_at.get().saturating_add(GRANT_REST);
        if self.paid.get() < self.amount.get() && now < given_up {
            return Err(GovernanceError::GrantRunning);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn grant(amount: u64, starts_at: i64, vesting: i64) -> Grant {
        Grant {
            amount: amount.into(),
            starts_at: starts_at.into(),
            ends_at: (starts_at + vesting).into(),
            ..Grant::zeroed()
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_has_vested_whenever_it_is_taken(
            amount in 1u64.., vesting in 0i64..1 << 30,
            steps in prop::collection::vec(1i64..1 << 27, 1..12),
        ) {
            let mut grant = grant(amount, 1_000, vesting);
            let (mut now, mut taken) = (1_000, 0u64);
            for step in steps {
                now += step;
                let vested = grant.vested(now);
                taken += grant.take(now).unwrap_or(0);
                prop_assert_eq!(taken, vested);
                prop_assert!(vested <= amount);
            }
            let last = grant.take(i64::MAX).unwrap_or(0);
            prop_assert_eq!(taken + last, amount);
        }
    }

    #[test]
    fn a_grant_vests_evenly_and_rounds_down() {
        let grant = grant(1_000, 100, 3);
        assert_eq!(grant.vested(0), 0);
        assert_eq!(grant.vested(100), 0);
        assert_eq!(grant.vested(101), 333);
        assert_eq!(grant.vested(102), 666);
        assert_eq!(grant.vested(103), 1_000);
    }

    #[test]
    fn a_grant_without_vesting_is_free_at_once() {
        let mut grant = grant(7, 100, 0);
        assert_eq!(grant.take(100), Ok(7));
        assert_eq!(grant.take(100), Err(GovernanceError::NothingToClaim));
        assert_eq!(grant.check_over(100), Ok(()));
    }

    #[test]
    fn a_grant_ends_a_year_after_it_has_vested() {
        let grant = grant(7, 100, 50);
        let end = 150 + GRANT_REST;
        let early = grant.check_over(end - 1);
        assert_eq!(early, Err(GovernanceError::GrantRunning));
        assert_eq!(grant.check_over(end), Ok(()));
    }
}
