//! What a wallet needs: addresses and instructions.

use crate::{accounts, instruction, state::CoverTerms, ID};
use anchor_lang::{
    find_program_address, solana_program::instruction::Instruction, system_program, Address,
};
use assay_shared::token::{ASSOCIATED_TOKEN, TOKEN};

/// A cover, and the wallets and the mint that it names.
#[derive(Clone, Copy, Debug)]
pub struct CoverAddresses {
    /// The cover.
    pub cover: Address,
    /// The wallet that locked the money.
    pub insurer: Address,
    /// The wallet that the cover pays.
    pub insured: Address,
    /// The mint of the money.
    pub mint: Address,
}

impl CoverAddresses {
    /// Returns the addresses of the cover that the insurer opens with these terms.
    pub fn new(insurer: Address, mint: Address, terms: &CoverTerms) -> Self {
        let nonce = terms.nonce.to_le_bytes();
        let seeds: [&[u8]; 3] = [b"cover", insurer.as_ref(), &nonce];
        Self {
            cover: find_program_address(&seeds, &ID).0,
            insurer,
            insured: terms.insured,
            mint,
        }
    }

    /// Returns the token account that holds the money.
    pub fn vault(&self) -> Address {
        find_program_address(&[b"cover_vault", self.cover.as_ref()], &ID).0
    }

    fn account_of(&self, wallet: &Address) -> (Address, u8) {
        let seeds = [wallet.as_ref(), TOKEN.as_ref(), self.mint.as_ref()];
        find_program_address(&seeds, &ASSOCIATED_TOKEN)
    }
}

/// Locks the money of the token account `source`. The insurer signs and pays.
pub fn open_cover(at: &CoverAddresses, source: Address, terms: CoverTerms) -> Instruction {
    instruction::OpenCover { terms }.to_instruction(accounts::OpenCover {
        insurer: at.insurer,
        cover: at.cover,
        vault: at.vault(),
        mint: at.mint,
        source,
        token_program: TOKEN,
        system_program: system_program::ID,
    })
}

/// Pays the insured on a receipt. Anyone may send it.
pub fn settle_cover(at: &CoverAddresses, receipt: Address) -> Instruction {
    let (destination, bump) = at.account_of(&at.insured);
    instruction::SettleCover { bump }.to_instruction(accounts::SettleCover {
        insurer: at.insurer,
        cover: at.cover,
        vault: at.vault(),
        receipt,
        destination,
        token_program: TOKEN,
    })
}

/// Returns the money to the insurer. Anyone may send it.
pub fn expire_cover(at: &CoverAddresses) -> Instruction {
    let (destination, bump) = at.account_of(&at.insurer);
    instruction::ExpireCover { bump }.to_instruction(accounts::ExpireCover {
        insurer: at.insurer,
        cover: at.cover,
        vault: at.vault(),
        destination,
        token_program: TOKEN,
    })
}
