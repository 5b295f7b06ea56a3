use crate::error::{RuleResult, StakingError};
use assay_shared::math::mul_div_floor;

/// Binary logarithm of the number of shares per token beyond which a pool is diluted.
const MAX_SHARES_PER_TOKEN_LOG2: u32 = 20;

/// Tokens that are owned in proportion to shares. Slashing takes tokens and leaves the shares.
///
/// A deposit buys `floor(amount·shares/tokens)` shares, and shares are worth `floor(shares·tokens/total)` tokens. Both round
/// against the caller, as in ERC-4626.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Tokens of the pool, base units of the stake mint.
    pub tokens: u64,
    /// Number of shares that were bought and not redeemed.
    pub shares: u64,
}

impl Pool {
    /// Adds `amount` tokens and returns the shares that they buy.
    ///
    /// A pool without shares sells one share per base unit. A pool whose tokens were all slashed takes no deposits.
    ///
    /// # Errors
    /// `DepositTooSmall` if they buy no share, `Overflow`.
    pub fn deposit(&mut self, amount: u64) -> RuleResult<u64> {
        let bought = match (self.shares, self.tokens) {
            (0, _) => Some(amount),
            (_, 0) => Some(0),
            (shares, tokens) => mul_div_floor(amount, shares, tokens),
        };
        let bought = bought.ok_or(StakingError::Overflow)?;
        if bought == 0 {
            return Err(StakingError::DepositTooSmall);
        }
        let tokens = self.tokens.checked_add(amount);
        let shares = self.shares.checked_add(bought);
        self.tokens = tokens.ok_or(StakingError::Overflow)?;
        self.shares = shares.ok_or(StakingError::Overflow)?;
        Ok(bought)
    }

    /// Returns whether slashing left more than 2²⁰ shares per token. Further deposits into such a pool could overflow.
    pub fn is_diluted(&self) -> bool {
        u128::from(self.shares) > u128::from(self.tokens) << MAX_SHARES_PER_TOKEN_LOG2
    }

    /// Takes `shares` out and returns the tokens that they were worth. Returns `None` if the pool has fewer.
    pub fn redeem(&mut self, shares: u64) -> Option<u64> {
        let tokens = self.value(shares)?;
        self.shares = self.shares.checked_sub(shares)?;
        self.tokens = self.tokens.checked_sub(tokens)?;
        Some(tokens)
    }

    /// Returns the worth of `shares` in base units, rounded down. Returns `None` if it does not fit 64 bits.
    pub fn value(&self, shares: u64) -> Option<u64> {
        if shares == 0 {
            return Some(0);
        }
        mul_div_floor(shares, self.tokens, self.shares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_deposit_and_its_redemption_never_gain(
            tokens in 1u64..1 << 50, shares in 1u64..1 << 50, amount in 1u64..1 << 50,
        ) {
            let before = Pool { tokens, shares };
            let mut pool = before;
            if let Ok(bought) = pool.deposit(amount) {
                let back = pool.redeem(bought).unwrap();
                prop_assert!(back <= amount);
                prop_assert!(pool.tokens >= before.tokens);
                prop_assert_eq!(pool.shares, before.shares);
            }
        }

        #[test]
        fn a_deposit_never_dilutes_the_others(
            tokens in 1u64..1 << 50, shares in 1u64..1 << 50, amount in 1u64..1 << 50,
        ) {
            let mut pool = Pool { tokens, shares };
            let before = pool.value(shares).unwrap();
            if pool.deposit(amount).is_ok() {
                prop_assert!(pool.value(shares).unwrap() >= before);
            }
        }
    }

    #[test]
    fn a_wiped_out_pool_takes_no_deposits() {
        assert_eq!(
            Pool {
                tokens: 0,
                shares: 5
            }
            .deposit(100),
            Err(StakingError::DepositTooSmall)
        );
    }

    #[test]
    fn shares_are_worth_their_part_rounded_down() {
        let mut pool = Pool {
            tokens: 70,
            shares: 99,
        };
        assert_eq!(pool.value(0), Some(0));
        assert_eq!(pool.value(50), Some(35));
        assert_eq!(pool.value(99), Some(70));
        assert_eq!(pool.redeem(50), Some(35));
        assert_eq!((pool.tokens, pool.shares), (35, 49));
        let empty = Pool {
            tokens: 0,
            shares: 0,
        };
        assert_eq!((empty.value(0), empty.value(1)), (Some(0), None));
    }

    #[test]
    fn the_first_deposit_is_one_share_a_token() {
        let mut pool = Pool {
            tokens: 0,
            shares: 0,
        };
        assert_eq!(pool.deposit(7), Ok(7));
    }

    #[test]
    fn what_does_not_fit_is_an_overflow_and_not_too_small() {
        let (tokens, shares) = (1, 1 << 20);
        let mut pool = Pool { tokens, shares };
        assert!(!pool.is_diluted());
        assert_eq!(pool.deposit(1 << 44), Err(StakingError::Overflow));
        assert_eq!(pool, Pool { tokens, shares });
    }

    #[test]
    fn a_pool_is_diluted_beyond_two_to_the_twentieth() {
        let shares = (1 << 20) + 1;
        assert!(Pool { tokens: 1, shares }.is_diluted());
        assert!(Pool {
            tokens: 0,
            shares: 1
        }
        .is_diluted());
        assert!(!Pool {
            tokens: 0,
            shares: 0
        }
        .is_diluted());
    }
}
