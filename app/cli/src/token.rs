//! A token as commands speak of it.

use crate::amount::Tokens;
use assay_client::{
    instruction::token::create_ata,
    pda::{self, ata_with_program},
    Address, Instruction,
};
use assay_migrations::token::{decimals, test_mint_symbol};
use assay_shared::token::TOKEN;

/// A mint with what is needed to read, write and move amounts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub mint: Address,
    /// The token program that owns the mint.
    pub program: Address,
    pub decimals: u8,
    pub symbol: String,
}

impl Token {
    /// ASSAY.
    pub fn assay() -> Self {
        Self {
            mint: pda::rewards::mint(),
            program: TOKEN,
            decimals: assay_rewards::instructions::DECIMALS,
            symbol: "ASSAY".to_owned(),
        }
    }

    /// Another token, from its mint's account. A mint has no name: the test dollars are known by their address, others are
    /// called by the beginning of theirs.
    pub fn of_mint(mint: Address, data: &[u8], program: Address) -> Option<Self> {
        let symbol = match test_mint_symbol(&mint, data) {
            Some(symbol) => symbol.to_owned(),
            None => format!("of {}…", mint.to_string().get(..6)?),
        };
        Some(Self {
            mint,
            program,
            decimals: decimals(data)?,
            symbol,
        })
    }

    /// Base units for a report.
    pub fn tokens(&self, units: u64) -> Tokens {
        Tokens {
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
