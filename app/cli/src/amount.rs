//! Amounts on the command line and in reports.

use crate::{Failure, Result};
use assay_client::format::{format_amount, parse_amount};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A decimal amount as typed; its token, and with it the number of decimal places, is known only later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount(String);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> core::result::Result<Self, String> {
        let places = text
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let decimals = u8::try_from(places).unwrap_or(u8::MAX);
        parse_amount(text, decimals).map_err(|error| error.to_string())?;
        Ok(Self(text.to_owned()))
    }
}

impl Amount {
    /// In base units of a token with `decimals` places.
    ///
    /// Errors: more places than the token has, or zero: no command moves nothing.
    pub fn units(&self, decimals: u8) -> Result<u64> {
        match parse_amount(&self.0, decimals) {
            Ok(0) => Err(Failure::usage("the amount must be greater than zero")),
            Ok(units) => Ok(units),
            Err(error) => Err(Failure::usage(error.to_string())),
        }
    }
}

/// An amount of a token, as reports show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Base units.
    pub units: u64,
    pub decimals: u8,
    pub symbol: String,
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = format_amount(self.units, self.decimals);
        f.pad(&format!("{amount} {}", self.symbol))
    }
}

/// `{"amount": "1.5", "units": "1500000"}`: the decimal text is for people, the base units are for sums.
impl Serialize for Tokens {
    fn serialize<S: Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            amount: String,
            units: Exact,
        }
        let amount = format_amount(self.units, self.decimals);
        let units = Exact(self.units);
        Written { amount, units }.serialize(to)
    }
}

/// A number of 64 bits, in JSON a string: JavaScript and jq read numbers as floating point, which is exact to 53 bits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(pub u64);

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact_in_its_token() {
        let amount: Amount = "1.5".parse().unwrap();
        assert_eq!(amount.units(9).unwrap(), 1_500_000_000);
        assert!(amount.units(0).is_err());
    }

    #[test]
    fn malformed_amounts_and_zero_are_refused() {
        for text in ["", "1,5", "-1", "1e9", "abc"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert!("0.0".parse::<Amount>().unwrap().units(9).is_err());
    }

    #[test]
    fn json_keeps_every_digit() {
        let tokens = Tokens {
            units: u64::MAX,
            decimals: 9,
            symbol: "ASSAY".into(),
        };
        let json = serde_json::to_value(tokens).unwrap();
        assert_eq!(json["units"], "18446744073709551615");
        assert_eq!(json["amount"], "18446744073.709551615");
    }
}
