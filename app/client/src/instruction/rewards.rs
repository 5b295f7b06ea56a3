//! Instructions of the rewards program.

use crate::pda::{self, market, rewards as at, staking};
use anchor_lang::{system_program, Address};
use assay_market::state::SHARDS;
use assay_rewards::{
    accounts, instruction,
    instructions::RewardsConfig,
    state::{receipt_seed, Param, ReceiptAccount, ReceiptArgs},
};
use assay_shared::{param::Votable as _, token::TOKEN};
use solana_instruction::{AccountMeta, Instruction};
use solana_system_interface::instruction as system;

/// Creates the mint, its genesis supply and the emission. `deployer` (the program's upgrade authority) signs and pays.
pub fn initialize(deployer: Address, config: RewardsConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        program_data: pda::program_data(&assay_rewards::ID),
        token_program: TOKEN,
    })
}

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParamsResolved { authority })
}

/// Mints the emission of `epoch`. `payer` signs and pays the rent.
pub fn finalize_epoch(payer: Address, epoch: u64) -> Instruction {
    let args = instruction::FinalizeEpoch { epoch };
    let instruction = args.to_instruction(accounts::FinalizeEpochResolved {
        payer,
        market_params: market::params(),
        epoch_rewards: at::epoch(epoch),
        pot: at::pot(),
        mint: at::mint(),
        mint_authority: at::mint_authority(),
        treasury: at::treasury(),
        token_program: TOKEN,
    });
    with_shards(instruction, epoch)
}

/// Skips `epoch`, in which nobody worked. Anyone may send it.
pub fn skip_epoch(epoch: u64) -> Instruction {
    let args = instruction::SkipEpoch { epoch };
    let instruction = args.to_instruction(accounts::SkipEpochResolved {
        market_params: market::params(),
    });
    with_shards(instruction, epoch)
}

/// Appends the market's work records of the epoch, which the program adds up.
fn with_shards(mut instruction: Instruction, epoch: u64) -> Instruction {
    let shards = (0..SHARDS).map(|shard| market::epoch_work(epoch, shard));
    let metas = shards.map(|shard| AccountMeta::new_readonly(shard, false));
    instruction.accounts.extend(metas);
    instruction
}

/// Creates the claim record of a provider, which has a worker. `payer` signs and pays the rent. The first claim belongs into the
/// same transaction, because anyone may close a record without claims.
pub fn open_claim_record(payer: Address, provider: &Address) -> Instruction {
    instruction::OpenClaimRecord {}.to_instruction(accounts::OpenClaimRecord {
        payer,
        worker: market::worker(provider),
        claim_record: at::claim_record(provider),
        system_program: system_program::ID,
    })
}

/// Moves a provider's shares of these epochs to its reward vault and divides them between owner and delegators. Anyone may send
/// it. Epochs that cannot be claimed are passed over; one at least must be claimable.
pub fn claim_epochs(provider: &Address, epochs: &[u64]) -> Instruction {
    let mut instruction = instruction::ClaimEpochs {}.to_instruction(accounts::ClaimEpochs {
        market_params: market::params(),
        emission: at::emission(),
        worker: market::worker(provider),
        claim_record: at::claim_record(provider),
        provider: *provider,
        pot: at::pot(),
        funder: at::funder(),
        reward_vault: staking::reward_vault(provider),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
        token_program: TOKEN,
    });
    let rewards = epochs.iter().map(|epoch| at::epoch(*epoch));
    let metas = rewards.map(|rewards| AccountMeta::new(rewards, false));
    instruction.accounts.extend(metas);
    instruction
}

/// Closes the rewards of an old epoch: moves what nobody claimed to the treasury and returns the rent to `payer`, who
/// finalized the epoch. Anyone may send it.
pub fn close_epoch(payer: Address, epoch: u64) -> Instruction {
    instruction::CloseEpoch {}.to_instruction(accounts::CloseEpochResolved {
        payer,
        market_params: market::params(),
        epoch_rewards: at::epoch(epoch),
        pot: at::pot(),
        funder: at::funder(),
        treasury: at::treasury(),
        token_program: TOKEN,
    })
}

/// Closes a provider's claim record and returns the rent to `payer`, who paid it. Anyone may send it.
pub fn close_claim_record(payer: Address, provider: &Address) -> Instruction {
    instruction::CloseClaimRecord {}.to_instruction(accounts::CloseClaimRecordResolved {
        payer,
        market_params: market::params(),
        claim_record: at::claim_record(provider),
    })
}

/// Registers the module with this hash. `author` signs and pays.
pub fn register_module(
    author: Address,
    hash: [u8; 32],
    royalty_bps: u16,
    uri: [u8; 96],
) -> Instruction {
    let args = instruction::RegisterModule {
        hash,
        royalty_bps,
        uri,
    };
    args.to_instruction(accounts::RegisterModule {
        author,
        module_record: at::module(&hash),
        system_program: system_program::ID,
    })
}

/// Offers the authorship of a module to `to`, zero to take an offer back. `author` signs.
pub fn offer_module(author: Address, hash: &[u8; 32], to: Address) -> Instruction {
    instruction::OfferModule { to }.to_instruction(accounts::OfferModule {
        author,
        module_record: at::module(hash),
    })
}

/// Takes over the authorship of a module. `author`, to whom it is offered, signs.
pub fn accept_module(author: Address, hash: &[u8; 32]) -> Instruction {
    instruction::AcceptModule {}.to_instruction(accounts::AcceptModule {
        author,
        module_record: at::module(hash),
    })
}

/// Closes the record of a module and returns its rent to `payer`, who paid it. `author` signs.
pub fn retire_module(author: Address, payer: Address, hash: &[u8; 32]) -> Instruction {
    instruction::RetireModule {}.to_instruction(accounts::RetireModule {
        author,
        payer,
        module_record: at::module(hash),
    })
}

/// Creates the account of a receipt and writes it: of a task of the posting that `seed` names. Both instructions go into one
/// transaction, in this order: whoever writes into an empty account gets its rent. `payer` signs and pays the rent; each payer
/// has its own receipt of a task.
///
/// `rent` returns the lamports that make an account of so many bytes rent-exempt.
pub fn write_receipt(
    payer: Address,
    job: Address,
    seed: &[u8; 32],
    task: u32,
    args: ReceiptArgs,
    rent: impl Fn(usize) -> u64,
) -> Vec<Instruction> {
    let receipt = at::receipt(seed, task, &payer);
    let space = ReceiptAccount::space_for(args.inline_len());
    let text = receipt_seed(seed, task);
    let create = system::create_account_with_seed(
        &payer,
        &receipt,
        &payer,
        &String::from_utf8_lossy(&text),
        rent(space),
        space as u64,
        &assay_rewards::ID,
    );
    let write = instruction::WriteReceipt { task, args }.to_instruction(accounts::WriteReceipt {
        payer,
        job,
        receipt,
    });
    vec![create, write]
}

/// Asks the program for the number of its version, which it returns. Anyone may send it.
pub fn version() -> Instruction {
    instruction::Version {}.to_instruction(accounts::Version {})
}

/// Closes a receipt whose lifetime is over and returns its rent to `payer`, who paid it. Anyone may send it.
pub fn close_receipt(payer: Address, receipt: Address) -> Instruction {
    instruction::CloseReceipt {}.to_instruction(accounts::CloseReceipt { payer, receipt })
}
