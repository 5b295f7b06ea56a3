//! Builds instructions: one function per instruction of the four programs, from the program crates' own generated account
//! lists and arguments. Each doc says who signs.

pub mod governance;
pub mod market;
pub mod rewards;
pub mod staking;
pub mod token;

use anchor_lang::Address;
use solana_instruction::Instruction;

/// Asks for the signature of `owner`, who chooses by it where a payout goes.
fn signed_by(owner: &Address, mut instruction: Instruction) -> Instruction {
    for meta in &mut instruction.accounts {
        meta.is_signer |= meta.pubkey == *owner;
    }
    instruction
}
