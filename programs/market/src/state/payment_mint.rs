use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::token::{is_associated_account, TokenAccount};
use pinocchio::account::AccountView;

/// Base units of a payment mint to which `stake_rate` refers.
pub const RATE_UNIT: u64 = 1_000_000_000;
/// Shortest time between two changes of a rate, seconds.
pub const RATE_PAUSE: i64 = 86_400;

/// A mint that jobs may be paid in. Seeds: `payment_mint`, mint.
#[account]
pub struct PaymentMint {
    /// Version of this layout: 1.
    pub version: u8,
    /// 1 while new jobs and new tasks may be paid in this mint, else 0.
    pub admits: u8,
    /// The payment mint.
    pub mint: Address,
    /// The token program that owns the mint.
    pub token_program: Address,
    /// Receives protocol fees.
    pub fee_authority: Address,
    /// Token account that receives protocol fees: the associated token account of `fee_authority` for the mint.
    pub fee_vault: Address,
    /// Worth of `RATE_UNIT` base units of this mint, base units of the stake mint. Prices bonds and weighs work.
    pub stake_rate: PodU64,
    /// Unix time at which `stake_rate` was last set, seconds.
    pub rate_changed_at: PodI64,
    /// Bump of this account's address.
    pub bump: u8,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// What `set_mint` changes. Numbers are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum MintChange {
    /// The rate; the value is the new one.
    Rate = 0,
    /// Whether new jobs are admitted; the value is 1 or 0.
    Admits = 1,
    /// Who receives the fees; the value is the bump of the vault's address.
    FeeAuthority = 2,
}

impl MintChange {
    /// Returns the change with this number.
    ///
    /// # Errors
    /// `UnknownParam`.
    pub fn parse(number: u8) -> RuleResult<Self> {
        match number {
            0 => Ok(Self::Rate),
            1 => Ok(Self::Admits),
            2 => Ok(Self::FeeAuthority),
            _ => Err(MarketError::UnknownParam),
        }
    }
}

impl PaymentMint {
    /// Returns whether new jobs and new tasks may be paid in this mint.
    pub fn is_admitted(&self) -> bool {
        self.admits != 0
    }

    /// Sets the rate at the Unix time `now`. One change at most doubles or halves it, and a day lies between two, so that a
    /// vote that goes wrong misprices bonds by no more before the next one.
    ///
    /// # Errors
    /// `RateChangeTooLarge`, `RateChangedRecently`.
    pub fn set_rate(&mut self, rate: u64, now: i64) -> RuleResult<()> {
        let (old, new) = (u128::from(self.stake_rate.get()), u128::from(rate));
        if new > old.saturating_mul(2) || new.saturating_mul(2) < old {
            return Err(MarketError::RateChangeTooLarge);
        }
        if now < self.rate_changed_at.get().saturating_add(RATE_PAUSE) {
            return Err(MarketError::RateChangedRecently);
        }
        self.stake_rate = rate.into();
        self.rate_changed_at = now.into();
        Ok(())
    }

    /// Opens the mint to new jobs with 1 and closes it with 0.
    ///
    /// # Errors
    /// `ParamOutOfBounds`.
    pub fn set_admits(&mut self, value: u64) -> RuleResult<()> {
        self.admits = match value {
            0 => 0,
            1 => 1,
            _ => return Err(MarketError::ParamOutOfBounds),
        };
        Ok(())
    }

    /// Sends fees to `vault` from now on: the associated token account, with this bump, of whoever is its authority. Such an
    /// account can be created anew by anybody, so that its authority cannot keep jobs from closing by closing it.
    ///
    /// # Errors
    /// `WrongTokenAccount`.
    pub fn set_fee_vault(&mut self, vault: &AccountView, bump: u8) -> RuleResult<()> {
        let program = &self.token_program;
        let account = TokenAccount::read_with_extensions(vault, program)
            .ok_or(MarketError::WrongTokenAccount)?;
        let (authority, mint) = (&account.authority, &self.mint);
        let is_own = is_associated_account(vault.address(), authority, mint, program, bump);
        if account.mint != self.mint || !is_own || !account.is_isolated() {
            return Err(MarketError::WrongTokenAccount);
        }
        self.fee_authority = account.authority;
        self.fee_vault = *vault.address();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::bytemuck::Zeroable;

    fn mint(stake_rate: u64) -> PaymentMint {
        PaymentMint {
            stake_rate: stake_rate.into(),
            rate_changed_at: 1_000.into(),
            ..PaymentMint::zeroed()
        }
    }

    const NEXT_DAY: i64 = 1_000 + RATE_PAUSE;

    #[test]
    fn one_change_at_most_doubles_or_halves_the_rate() {
        let cases = [
            (100, 200, true),
            (100, 201, false),
            (100, 50, true),
            (100, 49, false),
            // Half of an odd rate is rounded up.
            (101, 51, true),
            (101, 50, false),
            (1, 1, true),
            (1, 2, true),
            (1, 0, false),
            (u64::MAX, u64::MAX, true),
        ];
        for (old, new, fits) in cases {
            let mut mint = mint(old);
            let set = mint.set_rate(new, NEXT_DAY);
            assert_eq!(set.is_ok(), fits, "{old} to {new}");
            let expected = if fits { new } else { old };
            assert_eq!(mint.stake_rate.get(), expected);
        }
    }

    #[test]
    fn a_day_lies_between_two_changes() {
        let mut mint = mint(100);
        let early = mint.set_rate(120, NEXT_DAY - 1);
        assert_eq!(early, Err(MarketError::RateChangedRecently));
        assert_eq!(mint.set_rate(120, NEXT_DAY), Ok(()));
        assert_eq!(mint.rate_changed_at.get(), NEXT_DAY);
        let again = mint.set_rate(120, NEXT_DAY);
        assert_eq!(again, Err(MarketError::RateChangedRecently));
    }

    #[test]
    fn a_mint_admits_or_not() {
        let mut mint = mint(1);
        assert!(!mint.is_admitted());
        assert_eq!(mint.set_admits(1), Ok(()));
        assert!(mint.is_admitted());
        assert_eq!(mint.set_admits(2), Err(MarketError::ParamOutOfBounds));
        assert_eq!(mint.set_admits(0), Ok(()));
        assert!(!mint.is_admitted());
    }

    #[test]
    fn changes_have_fixed_numbers() {
        for change in [
            MintChange::Rate,
            MintChange::Admits,
            MintChange::FeeAuthority,
        ] {
            assert_eq!(MintChange::parse(change as u8), Ok(change));
        }
        assert_eq!(MintChange::parse(3), Err(MarketError::UnknownParam));
    }
}
