use assay_ledger::maths::mul_div_floor;

/// Tokens owned in proportion to shares. Slashing lowers the tokens and leaves the shares.
///
/// `deposit = floor(amount·shares/tokens)` shares, `value = floor(shares·tokens/total)` tokens: both round against
/// the caller, as in ERC-4626.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Base units of the stake mint.
    pub tokens: u64,
    pub shares: u64,
}

impl Pool {
    /// Adds `amount` tokens and answers the shares they buy; `None` when they buy none or a sum overflows.
    ///
    /// A pool without shares starts at one share a token. A pool whose tokens were all slashed takes no deposits.
    pub fn deposit(&mut self, amount: u64) -> Option<u64> {
        let bought = if self.shares == 0 {
            amount
        } else {
            mul_div_floor(amount, self.shares, self.tokens)?
        };
        if bought == 0 {
            return None;
        }
        self.tokens = self.tokens.checked_add(amount)?;
        self.shares = self.shares.checked_add(bought)?;
        Some(bought)
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
            if let Some(bought) = pool.deposit(amount) {
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
            if pool.deposit(amount).is_some() {
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
            None
        );
    }

    #[test]
    fn the_first_deposit_is_one_share_a_token() {
        let mut pool = Pool {
            tokens: 0,
            shares: 0,
        };
        assert_eq!(pool.deposit(7), Some(7));
    }
}
