use crate::error::StakingError;
use assay_shared::math::mul_div_floor;

/// Shares may outnumber tokens by this factor before a pool is too diluted to go on: 2²⁰.
const MAX_SHARES_PER_TOKEN_LOG2: u32 = 20;

/// Tokens owned in proportion to shares. Slashing lowers the tokens and leaves the shares.
///
/// `deposit = floor(amount·shares/tokens)` shares, `value = floor(shares·tokens/total)` tokens: both round against
/// the caller, as in ERC-4626.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Base units of the stake mint.
    pub tokens: u64,
    /// Equal parts of those tokens, as many as were bought and not yet redeemed.
    pub shares: u64,
}

impl Pool {
    /// Adds `amount` tokens and answers the shares they buy.
    ///
    /// A pool without shares starts at one share a token. A pool whose tokens were all slashed takes no deposits.
    ///
    /// Errors: `DepositTooSmall` when they buy none, `Overflow`.
    pub fn deposit(&mut self, amount: u64) -> Result<u64, StakingError> {
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

    /// Whether slashing left so little that shares outnumber tokens by more than 2²⁰: further sums could overflow.
    pub fn is_diluted(&self) -> bool {
        u128::from(self.shares) > u128::from(self.tokens) << MAX_SHARES_PER_TOKEN_LOG2
    }

    /// Takes `shares` out and answers the tokens they were worth; `None` when the pool has fewer.
    pub fn redeem(&mut self, shares: u64) -> Option<u64> {
        let tokens = self.value(shares)?;
        self.shares = self.shares.checked_sub(shares)?;
        self.tokens = self.tokens.checked_sub(tokens)?;
        Some(tokens)
    }

    /// What `shares` are worth now, in base units, rounded down.
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
