//! Instructions of the governance program.

mod execution;
mod guardian;
mod locks;
mod votes;

use crate::pda;
use anchor_lang::Address;
use assay_governance::{accounts, instruction, instructions::GovernanceConfig};
use solana_instruction::Instruction;

pub use execution::*;
pub use guardian::*;
pub use locks::*;
pub use votes::*;

/// Creates the parameters. `deployer` (the program's upgrade authority) signs and pays. `treasury` is a token account of the vote
/// mint that `pda::governance::treasury_authority` holds.
pub fn initialize(
    deployer: Address,
    vote_mint: Address,
    treasury: Address,
    config: GovernanceConfig,
) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        vote_mint,
        treasury,
        program_data: pda::program_data(&assay_governance::ID),
    })
}

/// Asks the program for the number of its version, which it returns. Anyone may send it.
pub fn version() -> Instruction {
    instruction::Version {}.to_instruction(accounts::VersionResolved {})
}
