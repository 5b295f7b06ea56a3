use crate::pda::{market as at, staking};
use anchor_lang::{system_program, Address};
use assay_market::{accounts, instruction};
use solana_instruction::Instruction;

/// Opens the market's side of the provider of `owner`, who signs and pays.
pub fn open_worker(owner: Address) -> Instruction {
    let provider = staking::provider(&owner);
    instruction::OpenWorker {}.to_instruction(accounts::OpenWorker {
        owner,
        provider,
        worker: at::worker(&provider),
        system_program: system_program::ID,
    })
}

/// Copies a changed node key from the provider. Nobody of the protocol signs.
pub fn sync_worker(provider: Address) -> Instruction {
    instruction::SyncWorker {}.to_instruction(accounts::SyncWorker {
        provider,
        worker: at::worker(&provider),
    })
}

/// Allocates `amount` base units of active stake as collateral. `owner` signs.
pub fn add_collateral(owner: Address, amount: u64) -> Instruction {
    let provider = staking::provider(&owner);
    instruction::AddCollateral { amount }.to_instruction(accounts::AddCollateral {
        owner,
        worker: at::worker(&provider),
        provider,
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}

/// Returns `amount` base units of free collateral to the active stake. `owner` signs.
pub fn remove_collateral(owner: Address, amount: u64) -> Instruction {
    let provider = staking::provider(&owner);
    instruction::RemoveCollateral { amount }.to_instruction(accounts::RemoveCollateral {
        owner,
        worker: at::worker(&provider),
        provider,
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}
