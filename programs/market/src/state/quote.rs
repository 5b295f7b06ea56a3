use super::{Params, PaymentMint, RATE_UNIT};
use assay_shared::math::{mul_div_ceil, mul_div_floor, BPS};

/// The cost of one task of a job and the collateral behind it, fixed when the job is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Protocol fee of an accepted task, base units of the payment mint.
    pub fee: u64,
    /// Escrow that a task needs, `price·replicas + fee`, base units of the payment mint.
    pub escrow: u64,
    /// Emission weight of an accepted task: its fee in stake base units.
    pub weight: u64,
    /// Collateral behind one seat, base units of the stake mint.
    pub bond: u64,
    /// Part of the bond slashed for a rejected result, base units of the stake mint.
    pub reject_cut: u64,
    /// Part of the bond paid to the requester for a missed deadline, base units of the stake mint.
    pub missed_cut: u64,
}

impl Quote {
    /// Computes the quote for a price per replica. Returns `None` if an amount does not fit 64 bits.
    ///
    /// Fee, bond and cuts are rounded up, in favor of the protocol and the requester. The weight is rounded down, so that the
    /// emission never exceeds what the fees paid for.
    pub fn new(price: u64, replicas: u8, params: &Params, mint: &PaymentMint) -> Option<Self> {
        let work = price.checked_mul(u64::from(replicas))?;
        let fee = mul_div_ceil(work, params.fee_bps.get(), BPS)?;
        let rate = mint.stake_rate.get();
        let price_in_stake = mul_div_ceil(price, rate, RATE_UNIT)?;
        let bond = mul_div_ceil(price_in_stake, params.bond_bps.get(), BPS)?.max(1);
        Some(Self {
            fee,
            escrow: work.checked_add(fee)?,
            weight: mul_div_floor(fee, rate, RATE_UNIT)?,
            bond,
            reject_cut: mul_div_ceil(bond, params.reject_bps.get(), BPS)?,
            missed_cut: mul_div_ceil(bond, params.missed_bps.get(), BPS)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    fn quote(price: u64, replicas: u8, bps: [u64; 4], rate: u64) -> Option<Quote> {
        let mut params = Params::zeroed();
        let [fee, bond, reject, missed] = bps;
        params.fee_bps = fee.into();
        params.bond_bps = bond.into();
        params.reject_bps = reject.into();
        params.missed_bps = missed.into();
        let mut mint = PaymentMint::zeroed();
        mint.stake_rate = rate.into();
        Quote::new(price, replicas, &params, &mint)
    }

    proptest! {
        #[test]
        fn the_escrow_covers_everyone_and_no_cut_exceeds_the_bond(
            price in 1u64..1 << 40, replicas in 1u8..=16, rate in 1u64..1 << 40,
            fee in 0u64..=2_000, bond in 1_000u64..=100_000,
            reject in 1_000u64..=10_000, missed in 0u64..=10_000,
        ) {
            let quote = quote(price, replicas, [fee, bond, reject, missed], rate).unwrap();
            prop_assert_eq!(quote.escrow, price * u64::from(replicas) + quote.fee);
            prop_assert!(u128::from(quote.fee) * 10_000 >= u128::from(price) * u128::from(replicas) * u128::from(fee));
            prop_assert!(quote.bond >= 1);
            prop_assert!((1..=quote.bond).contains(&quote.reject_cut));
            prop_assert!(quote.missed_cut <= quote.bond);
            prop_assert!(u128::from(quote.weight) * u128::from(RATE_UNIT) <= u128::from(quote.fee) * u128::from(rate));
        }
    }

    #[test]
    fn a_known_quote() {
        let expected = Quote {
            fee: 151,
            escrow: 3_154,
            weight: 302,
            bond: 3_003,
            reject_cut: 1_502,
            missed_cut: 301,
        };
        let actual = quote(1_001, 3, [500, 15_000, 5_000, 1_000], 2 * RATE_UNIT);
        assert_eq!(actual, Some(expected));
    }

    #[test]
    fn a_price_that_does_not_fit_is_no_quote() {
        assert_eq!(quote(u64::MAX, 2, [0; 4], RATE_UNIT), None);
        assert_eq!(quote(u64::MAX, 1, [1, 0, 0, 0], RATE_UNIT), None);
    }
}
