//! What the guardian does, and what is handed over to governance.

use crate::pda::{market, staking};
use anchor_lang::Address;
use assay_governance::{accounts, addresses, instruction, state::Target};
use assay_shared::deployer::UPGRADEABLE_LOADER;
use solana_instruction::Instruction;

/// Stops a passed proposal in its hold-up. `guardian` signs.
pub fn veto_proposal(guardian: Address, proposal: Address) -> Instruction {
    instruction::VetoProposal {}
        .to_instruction(accounts::VetoProposalResolved { guardian, proposal })
}

/// Pauses operations of `target`, bits of that program, for `seconds`. `guardian` signs.
pub fn pause_operation(guardian: Address, target: Target, bits: u64, seconds: u64) -> Instruction {
    let args = instruction::PauseOperation {
        target: target as u8,
        bits,
        seconds,
    };
    args.to_instruction(pausing(guardian))
}

/// Ends a pause of `target` early. `guardian` signs.
pub fn lift_pause(guardian: Address, target: Target) -> Instruction {
    let args = instruction::LiftPause {
        target: target as u8,
    };
    args.to_instruction(pausing(guardian))
}

fn pausing(guardian: Address) -> accounts::PauseOperationResolved {
    accounts::PauseOperationResolved {
        guardian,
        staking_program: assay_staking::ID,
        staking_params: staking::params(),
        market_program: assay_market::ID,
        market_params: market::params(),
    }
}

/// Closes a payment mint to new jobs. `guardian` signs.
pub fn close_mint(guardian: Address, mint: &Address) -> Instruction {
    instruction::CloseMint {}.to_instruction(accounts::CloseMintResolved {
        guardian,
        market_program: assay_market::ID,
        market_params: market::params(),
        payment_mint: market::payment_mint(mint),
    })
}

/// Takes the office of the guardian, which a vote offered to `guardian`, who signs.
pub fn accept_guardian(guardian: Address) -> Instruction {
    instruction::AcceptGuardian {}.to_instruction(accounts::AcceptGuardianResolved { guardian })
}

/// Lets governance take the authority over the market, which was offered to it. Anyone may send it.
pub fn accept_market() -> Instruction {
    instruction::AcceptMarket {}.to_instruction(accounts::AcceptMarketResolved {
        market_program: assay_market::ID,
        market_params: market::params(),
    })
}

/// Passes the upgrade authority over a program from `holder`, who signs, to governance. It does not come back.
pub fn accept_program(holder: Address, target: Target) -> Instruction {
    instruction::AcceptProgram {}.to_instruction(accounts::AcceptProgramResolved {
        holder,
        program_data: addresses::program_data(target),
        loader: UPGRADEABLE_LOADER,
    })
}
