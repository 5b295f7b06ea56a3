//! A payment mint on chain: where its fees go, and its stake rate.

use crate::{Error, Result};
use assay_client::{
    pda::{ata_with_program, governance, seeded_mint},
    Address, Client, MintAccount,
};
use assay_market::state::RATE_UNIT;
use assay_shared::math::mul_div_floor;

/// Reads a mint that jobs can be paid in.
///
/// # Errors
/// [`Error::NoMint`] or [`Error::UnusableMint`].
pub(crate) fn fetch_mint(client: &Client, address: Address) -> Result<MintAccount> {
    match client.mint(&address) {
        Ok(mint) => mint.ok_or(Error::NoMint(address)),
        Err(assay_client::Error::WrongAccountType { .. }) => Err(Error::UnusableMint(address)),
        Err(error) => Err(error.into()),
    }
}

/// Returns the token account of the treasury that receives the fees in this mint.
pub(crate) fn fee_vault(mint: &MintAccount) -> Address {
    ata_with_program(
        &governance::treasury_authority(),
        &mint.address,
        &mint.program,
    )
}

/// Returns the stake rate of a token with `decimals` decimal places: the value of 10⁹ of its base units in base units of
/// ASSAY, `⌊price_in_assay·10⁹/10^decimals⌋`. `price_in_assay` is the price of one whole token in base units of ASSAY.
///
/// # Errors
/// [`Error::ClusterFile`] if the rate exceeds 64 bits, or is 0, which the market rejects.
pub(crate) fn stake_rate(price_in_assay: u64, decimals: u8) -> Result<u64> {
    10u64
        .checked_pow(u32::from(decimals))
        .and_then(|whole| mul_div_floor(price_in_assay, RATE_UNIT, whole))
        .filter(|rate| *rate > 0)
        .ok_or_else(|| {
            Error::ClusterFile(format!(
                "the price_in_assay of a token with {decimals} decimals gives a stake rate that exceeds 64 bits or is 0"
            ))
        })
}

/// Returns the address of the test token `symbol` of `deployer`. It is the same in every run.
///
/// # Errors
/// [`Error::ClusterFile`] if the symbol is too long.
pub(crate) fn test_mint(deployer: &Address, symbol: &str) -> Result<Address> {
    seeded_mint(deployer, symbol).ok_or_else(|| symbol_too_long(symbol))
}

pub(crate) fn symbol_too_long(symbol: &str) -> Error {
    Error::ClusterFile(format!("the symbol `{symbol}` is longer than 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stake_rate_is_in_base_units_and_never_0() {
        let one_assay = 1_000_000_000;
        assert_eq!(stake_rate(one_assay, 6).unwrap(), 1_000 * one_assay);
        assert_eq!(stake_rate(one_assay, 9).unwrap(), one_assay);
        for (price, decimals) in [(0, 6), (1, 18), (u64::MAX, 0), (1, 20)] {
            assert!(stake_rate(price, decimals).is_err(), "{price} {decimals}");
        }
    }
}
