//! Amounts in arguments and in reports, and the mints that they belong to.

use crate::{CliError, Result};
use assay_client::{
    format::{format_amount, parse_amount},
    instruction::token::create_ata,
    pda::{self, ata_with_program, seeded_mint},
    Address, Instruction, MintAccount,
};
use assay_shared::token::TOKEN;
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Number of decimal places of SOL.
const SOL_DECIMALS: u8 = 9;
/// Symbol of the local network's test token, as its cluster file has it.
const TEST_SYMBOL: &str = "tUSD";

/// A decimal amount as it was typed. Its mint, and so the number of decimal places, is known only later.
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
    /// Returns the amount in base units of a token with `decimals` decimal places.
    ///
    /// # Errors
    /// `Usage` if the amount has more decimal places, is too large, or is zero, which is of use in no command.
    pub fn units(&self, decimals: u8) -> Result<u64> {
        match parse_amount(&self.0, decimals) {
            Ok(0) => Err(CliError::usage("the amount must be greater than zero")),
            Ok(units) => Ok(units),
            Err(error) => Err(CliError::usage(error.to_string())),
        }
    }
}

/// An amount with its symbol, as reports show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenAmount {
    /// Base units.
    pub units: u64,
    pub decimals: u8,
    pub symbol: String,
}

impl TokenAmount {
    /// Returns lamports as an amount of SOL.
    pub fn sol(lamports: u64) -> Self {
        Self {
            units: lamports,
            decimals: SOL_DECIMALS,
            symbol: "SOL".to_owned(),
        }
    }
}

impl fmt::Display for TokenAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = format_amount(self.units, self.decimals);
        f.pad(&format!("{amount} {}", self.symbol))
    }
}

/// `{"amount": "1.5", "units": "1500000"}`: the decimal amount is for people, the base units are for sums.
impl Serialize for TokenAmount {
    fn serialize<S: Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields {
            amount: String,
            units: U64String,
        }
        let amount = format_amount(self.units, self.decimals);
        let units = U64String(self.units);
        Fields { amount, units }.serialize(to)
    }
}

/// A 64-bit number that is a string in JSON. JavaScript and jq read numbers as floating point, which is exact to 53 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct U64String(pub u64);

impl fmt::Display for U64String {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for U64String {
    fn serialize<S: Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A mint, with what is needed to read, show and move amounts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintInfo {
    pub mint: Address,
    /// The token program that owns the mint.
    pub program: Address,
    pub decimals: u8,
    pub symbol: String,
}

impl MintInfo {
    /// Returns the mint of ASSAY.
    pub fn assay() -> Self {
        Self {
            mint: pda::rewards::mint(),
            program: TOKEN,
            decimals: assay_rewards::instructions::DECIMALS,
            symbol: "ASSAY".to_owned(),
        }
    }

    /// Returns a mint with a symbol. Mints have no names: the local network's test token is known by its address, and the
    /// symbol of any other mint is the beginning of its address.
    pub fn of(account: &MintAccount) -> Self {
        let symbol = if is_test_token(account) {
            TEST_SYMBOL.to_owned()
        } else {
            format!("of {:.6}…", account.address.to_string())
        };
        Self {
            mint: account.address,
            program: account.program,
            decimals: account.decimals,
            symbol,
        }
    }

    /// Returns base units of this mint as an amount for reports.
    pub fn amount(&self, units: u64) -> TokenAmount {
        TokenAmount {
            units,
            decimals: self.decimals,
            symbol: self.symbol.clone(),
        }
    }

    /// Returns the ATA of `owner`.
    pub fn ata(&self, owner: &Address) -> Address {
        ata_with_program(owner, &self.mint, &self.program)
    }

    /// Builds the instruction that creates the ATA of `owner`; it does nothing if the ATA exists.
    pub fn create_ata(&self, payer: &Address, owner: &Address) -> Instruction {
        create_ata(payer, owner, &self.mint, &self.program)
    }
}

/// Returns true for the local network's test token. Its address follows from its mint authority and its symbol.
fn is_test_token(account: &MintAccount) -> bool {
    let seeded = account
        .authority
        .and_then(|authority| seeded_mint(&authority, TEST_SYMBOL));
    seeded == Some(account.address)
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
    fn malformed_amounts_and_zero_are_rejected() {
        for text in ["", "1,5", "-1", "1e9", "abc"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert!("0.0".parse::<Amount>().unwrap().units(9).is_err());
    }

    #[test]
    fn json_keeps_every_digit() {
        let amount = MintInfo::assay().amount(u64::MAX);
        let json = serde_json::to_value(amount).unwrap();
        assert_eq!(json["units"], "18446744073709551615");
        assert_eq!(json["amount"], "18446744073.709551615");
    }

    #[test]
    fn only_the_seeded_mint_of_its_authority_is_the_test_token() {
        let authority = Address::new_from_array([7; 32]);
        let mint = MintAccount {
            address: seeded_mint(&authority, TEST_SYMBOL).unwrap(),
            program: TOKEN,
            decimals: 6,
            authority: Some(authority),
        };
        assert_eq!(MintInfo::of(&mint).symbol, "tUSD");
        let address = Address::new_from_array([1; 32]);
        let other = MintInfo::of(&MintAccount { address, ..mint });
        assert_eq!(other.symbol, "of 4vJ9JU…");
    }
}
