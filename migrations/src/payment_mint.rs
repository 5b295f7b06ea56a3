//! A payment token on chain: its mint, its price, where its fees go.

use crate::{token, Error, Result};
use assay_client::{
    pda::{ata_with_program, governance},
    Address, Client,
};
use assay_market::state::RATE_UNIT;
use assay_shared::{math::mul_div_floor, token::is_token_program};

/// A mint that jobs can be paid in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mint {
    pub address: Address,
    pub decimals: u8,
    /// The token program that owns it.
    pub program: Address,
}

impl Mint {
    /// Errors: `NoMint`, `UnusableMint`.
    pub fn read(client: &Client, address: Address) -> Result<Self> {
        let account = client.account(&address)?.ok_or(Error::NoMint(address))?;
        let program = account.owner;
        let decimals = token::decimals(&account.data).filter(|_| is_token_program(&program));
        Ok(Self {
            address,
            decimals: decimals.ok_or(Error::UnusableMint(address))?,
            program,
        })
    }

    /// The token account of governance that collects fees.
    pub fn fee_vault(&self) -> Address {
        ata_with_program(&governance::authority(), &self.address, &self.program)
    }

    /// ASSAY base units that 10⁹ base units are worth when a whole token is worth `worth`.
    ///
    /// Errors: `ClusterFile`.
    pub fn stake_rate(&self, worth: u64) -> Result<u64> {
        stake_rate(worth, self.decimals)
    }
}

/// The stake rate of a token with so many decimal places; rounded down, and never 0, which the market refuses.
pub(crate) fn stake_rate(worth: u64, decimals: u8) -> Result<u64> {
    10u64
        .checked_pow(u32::from(decimals))
        .and_then(|whole| mul_div_floor(worth, RATE_UNIT, whole))
        .filter(|rate| *rate > 0)
        .ok_or_else(|| {
            Error::ClusterFile(format!(
                "the worth of a token with {decimals} decimals does not fit 64 bits, or is 0"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_of_base_units_and_never_nothing() {
        let one_assay = 1_000_000_000;
        assert_eq!(stake_rate(one_assay, 6).unwrap(), 1_000 * one_assay);
        assert_eq!(stake_rate(one_assay, 9).unwrap(), one_assay);
        for (worth, decimals) in [(0, 6), (1, 18), (u64::MAX, 0), (1, 20)] {
            assert!(stake_rate(worth, decimals).is_err(), "{worth} {decimals}");
        }
    }
}
