//! Instructions of the market program.
//!
//! Posting and extending a job, and opening a round of five, are lists: ordinary instructions of the same transaction create
//! and fund accounts, and the program then checks them.

mod attested;
mod job;
mod round;
mod task;

pub use attested::{submit_attested, verify_signature, AttesterSignature, MAX_SIGNATURES};
pub use job::{
    cancel_job, close_job, close_job_to, extend_job, post_job, ExtendJobParams, JobAddresses,
    PaymentMintInfo, PostJobParams,
};
pub use round::{
    claim_round, close_round, collect_award, collect_check, contribute_round, count_dispute,
    decide_round, open_check, open_round, OpenRoundParams, SeatPlace,
};
pub use task::{
    claim_task, collect_held, collect_held_to, collect_pay, contribute, draw_seat, expire_task,
    hold_pay, open_task, penalize_worker, PenaltyParams, TaskSeat,
};

use crate::pda::{self, market as at, staking};
use anchor_lang::{system_program, Address};
use assay_market::{
    accounts, instruction,
    instructions::{MarketConfig, WorkerSettings},
    state::{shard_of, MintChange, Param, Worker},
};
use assay_shared::param::Votable as _;
use solana_instruction::Instruction;

/// A worker that is paid, and who receives its pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payee {
    /// The worker.
    pub worker: Address,
    /// Its owner.
    pub owner: Address,
    /// Receives the pay: the owner, or the wallet that it named.
    pub beneficiary: Address,
}

impl From<&Worker> for Payee {
    fn from(worker: &Worker) -> Self {
        Self {
            worker: at::worker(&worker.provider),
            owner: worker.owner,
            beneficiary: worker.beneficiary,
        }
    }
}

/// An owner that named nobody else.
impl From<&Address> for Payee {
    fn from(owner: &Address) -> Self {
        Self {
            worker: at::worker(&staking::provider(owner)),
            owner: *owner,
            beneficiary: *owner,
        }
    }
}

/// Creates the parameters and sets the exposure at the staking program. `deployer` (the program's upgrade authority) signs
/// and pays.
pub fn initialize(deployer: Address, config: MarketConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::Initialize {
        deployer,
        params: at::params(),
        totals: at::totals(),
        program_data: pda::program_data(&assay_market::ID),
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
        system_program: system_program::ID,
    })
}

/// Offers the authority to `to`, zero to take an offer back. `authority` signs.
pub fn offer_authority(authority: Address, to: Address) -> Instruction {
    instruction::OfferAuthority { to }.to_instruction(accounts::OfferAuthority {
        authority,
        params: at::params(),
    })
}

/// Takes over the authority that was offered. `authority`, the new one, signs.
pub fn accept_authority(authority: Address) -> Instruction {
    instruction::AcceptAuthority {}.to_instruction(accounts::AcceptAuthority {
        authority,
        params: at::params(),
    })
}

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParams {
        authority,
        params: at::params(),
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}

/// Pauses the operations of `bits` until the Unix time `until`; zero bits end a pause. `authority` (governance) signs.
pub fn set_pause(authority: Address, bits: u64, until: i64) -> Instruction {
    instruction::SetPause { bits, until }.to_instruction(accounts::SetPause {
        authority,
        params: at::params(),
    })
}

/// Allows jobs to be paid in `mint`; fees go to the associated token account of `fee_authority`, which must exist. `authority`
/// signs, `payer` signs and pays the rent.
///
/// `stake_rate`: value of 10⁹ base units of the mint, in stake base units.
pub fn allow_mint(
    authority: Address,
    payer: Address,
    mint: Address,
    token_program: &Address,
    fee_authority: &Address,
    stake_rate: u64,
) -> Instruction {
    let (fee_vault, vault_bump) = pda::ata_and_bump(fee_authority, &mint, token_program);
    let args = instruction::AllowMint {
        stake_rate,
        vault_bump,
    };
    args.to_instruction(accounts::AllowMint {
        authority,
        payer,
        params: at::params(),
        payment_mint: at::payment_mint(&mint),
        mint,
        fee_vault,
        system_program: system_program::ID,
    })
}

/// Sets the rate of a payment mint: the value of 10⁹ of its base units, in stake base units. `authority` signs.
pub fn set_mint_rate(authority: Address, mint: &Address, rate: u64) -> Instruction {
    set_mint(authority, mint, MintChange::Rate, rate, None)
}

/// Opens a payment mint to new jobs or closes it. `authority` signs.
pub fn set_mint_admits(authority: Address, mint: &Address, admits: bool) -> Instruction {
    set_mint(authority, mint, MintChange::Admits, admits.into(), None)
}

/// Sends the fees in a payment mint to the associated token account of `fee_authority`, which must exist. `authority` signs.
pub fn set_mint_fee_authority(
    authority: Address,
    mint: &Address,
    token_program: &Address,
    fee_authority: &Address,
) -> Instruction {
    let (vault, bump) = pda::ata_and_bump(fee_authority, mint, token_program);
    let change = MintChange::FeeAuthority;
    set_mint(authority, mint, change, bump.into(), Some(vault))
}

fn set_mint(
    authority: Address,
    mint: &Address,
    change: MintChange,
    value: u64,
    fee_vault: Option<Address>,
) -> Instruction {
    let args = instruction::SetMint {
        change: change as u8,
        value,
    };
    args.to_instruction(accounts::SetMint {
        authority,
        params: at::params(),
        payment_mint: at::payment_mint(mint),
        fee_vault,
    })
}

/// Creates the worker of the provider of `owner`, who signs and pays.
pub fn open_worker(owner: Address) -> Instruction {
    let provider = staking::provider(&owner);
    instruction::OpenWorker {}.to_instruction(accounts::OpenWorker {
        owner,
        provider,
        worker: at::worker(&provider),
        system_program: system_program::ID,
    })
}

/// Sets limits, encryption key and read URL of the worker of `owner`, who signs.
pub fn update_worker(owner: Address, settings: WorkerSettings) -> Instruction {
    let worker = at::worker(&staking::provider(&owner));
    instruction::UpdateWorker { settings }.to_instruction(accounts::UpdateWorker { owner, worker })
}

/// Copies a changed node key from the provider to its worker. Anyone may send it.
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
        params: at::params(),
        totals: at::totals(),
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
        totals: at::totals(),
        provider,
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}

/// Frees the collateral of a worker that delegators asked back or that its owner's stake no longer supports, as far as it is bound
/// in no seat; the rest is owed. Anyone may send it.
pub fn yield_collateral(provider: Address) -> Instruction {
    instruction::YieldCollateral {}.to_instruction(accounts::YieldCollateral {
        worker: at::worker(&provider),
        totals: at::totals(),
        provider,
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}

/// Adds the worker's weight of an ended epoch to the sum of its shard. `payer` signs and pays the rent if the sum's account
/// is new.
pub fn tally_work(payer: Address, worker: Address, epoch: u64) -> Instruction {
    instruction::TallyWork { epoch }.to_instruction(accounts::TallyWork {
        payer,
        params: at::params(),
        worker,
        epoch_work: at::epoch_work(epoch, shard_of(&worker)),
        system_program: system_program::ID,
    })
}

/// Closes the sum of one shard in an old epoch and returns the rent to `payer`, who paid it. Anyone may send it.
pub fn close_work(payer: Address, epoch: u64, shard: u8) -> Instruction {
    instruction::CloseWork {}.to_instruction(accounts::CloseWork {
        payer,
        params: at::params(),
        epoch_work: at::epoch_work(epoch, shard),
    })
}
