//! The least pay of a seat.
//!
//! A seat costs its node the fees of its transactions, in SOL, and a run. The chain has no rate between SOL and a payment mint,
//! so the owner says what is enough.

use assay_client::{
    format::{parse_amount, AmountError},
    Address,
};
use assay_market::state::Job;
use std::{collections::HashMap, str::FromStr};

/// Fuel for which the owner can ask a price.
const GIGAFUEL: u64 = 1_000_000_000;

/// An amount in whole tokens of a mint that need not be known yet: `digits / 10^places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeTokens {
    digits: u64,
    places: u8,
}

impl WholeTokens {
    pub const ZERO: Self = Self {
        digits: 0,
        places: 0,
    };

    /// A hundredth of a token. Of a token that is worth a dollar this pays the four signatures of a seat, 20,000 lamports, while
    /// one SOL costs less than 500 dollars.
    pub const HUNDREDTH: Self = Self {
        digits: 1,
        places: 2,
    };

    /// Returns the amount in base units of a mint with `decimals` decimal places, rounded up; at most 64 bits.
    fn units(&self, decimals: u8) -> u64 {
        let digits = u128::from(self.digits);
        let power = 10u128.saturating_pow(u32::from(self.places.abs_diff(decimals)));
        let units = if self.places > decimals {
            digits.div_ceil(power)
        } else {
            digits.saturating_mul(power)
        };
        u64::try_from(units).unwrap_or(u64::MAX)
    }
}

impl FromStr for WholeTokens {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        let places = u8::try_from(fraction.len()).unwrap_or(u8::MAX);
        let digits = parse_amount(text, places)?;
        Ok(Self { digits, places })
    }
}

/// An amount for certain mints, and one for all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountByMint {
    /// Mints with an amount of their own.
    pub listed: Vec<(Address, WholeTokens)>,
    /// The amount for every mint that is not listed.
    pub others: WholeTokens,
}

impl AmountByMint {
    /// Returns the amount for `mint`.
    fn of(&self, mint: &Address) -> WholeTokens {
        let mut listed = self.listed.iter();
        let found = listed.find(|(listed, _)| listed == mint);
        found.map_or(self.others, |(_, amount)| *amount)
    }
}

impl From<WholeTokens> for AmountByMint {
    fn from(others: WholeTokens) -> Self {
        Self {
            listed: Vec::new(),
            others,
        }
    }
}

/// What an owner asks for a seat, at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFloor {
    /// For every seat. It has to pay the fees of the seat's transactions.
    pub per_seat: AmountByMint,
    /// For each 10⁹ of the job's fuel limit, beside that.
    pub per_gigafuel: AmountByMint,
}

impl Default for PriceFloor {
    /// A hundredth of a token a seat, and nothing for fuel.
    fn default() -> Self {
        Self {
            per_seat: WholeTokens::HUNDREDTH.into(),
            per_gigafuel: WholeTokens::ZERO.into(),
        }
    }
}

impl PriceFloor {
    /// Returns the least pay of a seat in base units of `mint`, which has so many `decimals`, for a run of `fuel` at most. Both
    /// parts are rounded up.
    fn least(&self, mint: &Address, decimals: u8, fuel: u64) -> u64 {
        let seat = self.per_seat.of(mint).units(decimals);
        let gigafuel = self.per_gigafuel.of(mint).units(decimals);
        let run = u128::from(gigafuel).saturating_mul(u128::from(fuel));
        let run = run.div_ceil(u128::from(GIGAFUEL));
        seat.saturating_add(u64::try_from(run).unwrap_or(u64::MAX))
    }
}

/// The owner's floor, and the decimal places of the payment mints that the node has read.
#[derive(Debug)]
pub struct Prices {
    floor: PriceFloor,
    decimals: HashMap<Address, u8>,
}

impl Prices {
    pub fn new(floor: PriceFloor) -> Self {
        Self {
            floor,
            decimals: HashMap::new(),
        }
    }

    /// Returns the number of decimal places of a mint, if the node has read it.
    pub fn decimals(&self, mint: &Address) -> Option<u8> {
        self.decimals.get(mint).copied()
    }

    /// Notes the number of decimal places of a mint.
    pub fn add_mint(&mut self, mint: Address, decimals: u8) {
        self.decimals.insert(mint, decimals);
    }

    /// Returns the least pay of a seat of a job, in base units of its mint; `None` while the mint is not read.
    pub fn least(&self, job: &Job) -> Option<u64> {
        let decimals = self.decimals(&job.mint)?;
        Some(self.floor.least(&job.mint, decimals, job.fuel.get()))
    }

    /// Returns true if a seat of a job pays what the owner asks. False while its mint is not read.
    pub fn are_met_by(&self, job: &Job) -> bool {
        self.least(job)
            .is_some_and(|least| job.price.get() >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::address;

    fn tokens(text: &str) -> WholeTokens {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_rounded_up_to_base_units() {
        for (text, decimals, units) in [
            ("0.01", 6, 10_000),
            ("0.01", 2, 1),
            ("0.01", 0, 1),
            ("0.011", 2, 2),
            ("0", 9, 0),
            ("0.0000000000000000000000000000000000000000001", 0, 1),
            ("0.0000000000000000000000000000000000000000000", 0, 0),
            ("2.5", 9, 2_500_000_000),
            ("1", 20, u64::MAX),
            ("1", 255, u64::MAX),
        ] {
            assert_eq!(tokens(text).units(decimals), units, "{text}, {decimals}");
        }
        assert!("1,5".parse::<WholeTokens>().is_err());
    }

    #[test]
    fn a_mint_that_is_listed_has_a_price_of_its_own() {
        let floor = PriceFloor {
            per_seat: AmountByMint {
                listed: vec![(address(1), tokens("0.5")), (address(2), tokens("0"))],
                others: tokens("2"),
            },
            ..PriceFloor::default()
        };
        let least = [1, 2, 3].map(|mint| floor.least(&address(mint), 6, u64::MAX));
        assert_eq!(least, [500_000, 0, 2_000_000]);
    }

    #[test]
    fn fuel_is_paid_beside_the_seat() {
        let floor = PriceFloor {
            per_gigafuel: tokens("0.2").into(),
            ..PriceFloor::default()
        };
        let least = |fuel| floor.least(&address(1), 6, fuel);
        assert_eq!(
            [least(0), least(1), least(GIGAFUEL)],
            [10_000, 10_001, 210_000]
        );
        let dear = PriceFloor {
            per_gigafuel: tokens("18446744073709.551615").into(),
            ..PriceFloor::default()
        };
        assert_eq!(dear.least(&address(1), 6, u64::MAX), u64::MAX);
    }

    #[test]
    fn the_default_is_a_hundredth_of_any_token() {
        let least = [0, 2, 6, 9]
            .map(|decimals| PriceFloor::default().least(&address(1), decimals, u64::MAX));
        assert_eq!(least, [1, 1, 10_000, 10_000_000]);
    }
}
