//! What votes may take out of the treasury. Its signature is given to a token program only, and only here.

use crate::{
    error::{GovernanceError, RuleResult},
    payee::is_ata,
    state::{Action, Params},
};
use anchor_lang::prelude::*;
use assay_shared::{
    math::{mul_div_floor, BPS},
    token::{self, TokenAccount},
};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Seed of the treasury's address.
pub const TREASURY_SEED: &[u8] = b"treasury";

/// The treasury's address with its bump, and the token program of the mint that is spent.
#[derive(Clone, Copy)]
pub struct Treasury<'a> {
    /// The account.
    pub authority: &'a AccountView,
    /// The bump.
    pub bump: u8,
    /// The token program that owns the mint.
    pub token_program: &'a AccountView,
}

impl Treasury<'_> {
    /// Checks that `source` is the treasury's account from which `action` spends, and returns what it holds, base units.
    ///
    /// # Errors
    /// `WrongTokenAccount`.
    pub fn balance(
        &self,
        params: &Params,
        action: &Action,
        source: &AccountView,
    ) -> RuleResult<u64> {
        let program = self.token_program.address();
        let (mint, bump) = (&action.other, action.source_bump);
        let is_own = if bump == 0 {
            *mint == params.vote_mint && *source.address() == params.treasury
        } else {
            is_ata(source, self.authority.address(), mint, program, bump)
        };
        let account = TokenAccount::read_with_extensions(source, program);
        match account {
            Some(account) if is_own => Ok(account.amount),
            _ => Err(GovernanceError::WrongTokenAccount),
        }
    }

    /// Transfers `amount` base units out of the treasury.
    pub fn pay(&self, source: &AccountView, to: &AccountView, amount: u64) -> Result<()> {
        let bump = [self.bump];
        let seeds = [Seed::from(TREASURY_SEED), Seed::from(&bump)];
        let signer = [PdaSigner::from(&seeds)];
        let program = self.token_program.address();
        token::transfer(program, source, to, self.authority, amount, &signer)?;
        Ok(())
    }
}

/// Returns what the actions before number `place` have taken from the account that this action spends from, base units.
pub fn taken_before(actions: &[Action], place: usize) -> u64 {
    let Some(action) = actions.get(place) else {
        return 0;
    };
    let same = |earlier: &&Action| {
        earlier.kind().is_ok_and(|kind| kind.spends())
            && earlier.other == action.other
            && earlier.source_bump == action.source_bump
    };
    let earlier = actions.iter().take(place).filter(same);
    earlier.fold(0, |sum, one| sum.saturating_add(one.value.get()))
}

/// Checks that a proposal takes no more than `spend_bps` basis points of what an account of the treasury held before it:
/// `taken + amount ≤ floor((balance + taken)·spend_bps/10,000)`, base units.
///
/// # Errors
/// `BeyondCap`, `Overflow`.
pub fn check_cap(balance: u64, taken: u64, amount: u64, spend_bps: u64) -> RuleResult<()> {
    let before = balance.checked_add(taken);
    let most = before.and_then(|before| mul_div_floor(before, spend_bps, BPS));
    let most = most.ok_or(GovernanceError::Overflow)?;
    match taken.checked_add(amount) {
        Some(sum) if sum <= most => Ok(()),
        _ => Err(GovernanceError::BeyondCap),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::ProposedAction;
    use proptest::prelude::*;

    fn mint(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    fn transfer(amount: u64, of: u8, source_bump: u8) -> Action {
        ProposedAction::transfer(mint(1), 1, amount, mint(of), source_bump)
            .checked()
            .unwrap()
    }

    #[test]
    fn what_earlier_actions_took_of_the_same_account_counts() {
        let grant = ProposedAction::grant(mint(1), 7, 0, mint(2), 9);
        let actions = [
            transfer(5, 2, 9),
            transfer(100, 3, 9),
            transfer(50, 2, 8),
            grant.checked().unwrap(),
            ProposedAction::allow_mint(mint(2), 1_000, 9)
                .checked()
                .unwrap(),
            transfer(1, 2, 9),
        ];
        let taken: Vec<_> = (0..7).map(|place| taken_before(&actions, place)).collect();
        assert_eq!(taken, [0, 0, 0, 5, 0, 12, 0]);
    }

    #[test]
    fn the_cap_is_a_share_of_what_was_there_rounded_down() {
        assert_eq!(check_cap(10_000, 0, 1_000, 1_000), Ok(()));
        let beyond = Err(GovernanceError::BeyondCap);
        assert_eq!(check_cap(10_000, 0, 1_001, 1_000), beyond);
        assert_eq!(check_cap(9_999, 0, 1_000, 1_000), beyond);
        assert_eq!(check_cap(0, 0, 1, 1_000), beyond);
        assert_eq!(
            check_cap(u64::MAX, 1, 1, 1_000),
            Err(GovernanceError::Overflow)
        );
        assert_eq!(check_cap(u64::MAX - 1, 1, u64::MAX, 1_000), beyond);
    }

    proptest! {
        /// However a proposal divides its payments, together they stay within the cap of what was there at its beginning.
        #[test]
        fn many_payments_take_no_more_than_one(
            start in 0u64..1 << 62, bps in 1u64..=1_000,
            parts in prop::collection::vec(0u64..1 << 60, 1..8),
        ) {
            let (mut balance, mut taken) = (start, 0u64);
            for part in parts {
                let amount = part % (start / 8 + 1);
                if check_cap(balance, taken, amount, bps).is_ok() {
                    balance -= amount;
                    taken += amount;
                }
            }
            prop_assert!(u128::from(taken) * 10_000 <= u128::from(start) * u128::from(bps));
        }
    }
}
