use super::JobAddresses;
use crate::pda::{market as at, staking};
use anchor_lang::Address;
use assay_market::{accounts, instruction};
use assay_shared::token::TOKEN;
use solana_instruction::Instruction;

/// Binds collateral of `worker` to a seat that it is drawn for, in the posting of `job` that `seed` names. `node` signs.
pub fn claim_task(
    node: Address,
    worker: Address,
    job: Address,
    seed: [u8; 32],
    (task, replica): (u32, u8),
) -> Instruction {
    let args = instruction::ClaimTask {
        task,
        replica,
        seed,
    };
    args.to_instruction(accounts::ClaimTask { node, worker, job })
}

/// Commits to a result; `commitment` as `assay_market::bytes::commitment` makes it. `node` signs.
pub fn commit_result(
    node: Address,
    worker: Address,
    job: Address,
    (task, replica): (u32, u8),
    commitment: [u8; 32],
) -> Instruction {
    let args = instruction::CommitResult {
        task,
        replica,
        commitment,
    };
    args.to_instruction(accounts::CommitResult { node, worker, job })
}

/// Shows the committed digest. `node` signs.
pub fn reveal_result(
    node: Address,
    worker: Address,
    job: Address,
    (task, replica): (u32, u8),
    digest: [u8; 32],
    salt: [u8; 32],
) -> Instruction {
    let args = instruction::RevealResult {
        task,
        replica,
        digest,
        salt,
    };
    args.to_instruction(accounts::RevealResult { node, worker, job })
}

/// Judges a task whose results are in. Nobody of the protocol signs.
pub fn settle_task(job: Address, task: u32) -> Instruction {
    instruction::SettleTask { task }.to_instruction(accounts::SettleTask { job })
}

/// Ends what is overdue in a task. Nobody of the protocol signs.
pub fn expire_task(job: Address, task: u32) -> Instruction {
    instruction::ExpireTask { task }.to_instruction(accounts::ExpireTask { job })
}

/// Pays these accepted or void seats (indices in the job) of `worker` to `destination`, a token account of its owner
/// in the job's mint. Nobody of the protocol signs.
pub fn collect_pay(
    job: &JobAddresses,
    worker: Address,
    destination: Address,
    seats: Vec<u32>,
) -> Instruction {
    instruction::CollectPay { seats }.to_instruction(accounts::CollectPay {
        params: at::params(),
        worker,
        job: job.address,
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        destination,
        token_program: job.payment.token_program,
    })
}

/// Penalizes these rejected or missed seats (indices in the job) of the provider's worker. Nobody of the protocol signs.
///
/// `slash_destination`: as staking's parameters name it. `harmed`: stake-token account of the job's requester.
pub fn penalize_worker(
    job: Address,
    provider: Address,
    slash_destination: Address,
    harmed: Address,
    seats: Vec<u32>,
) -> Instruction {
    instruction::PenalizeWorker { seats }.to_instruction(accounts::PenalizeWorker {
        worker: at::worker(&provider),
        job,
        market_authority: at::authority(),
        staking_params: staking::params(),
        provider,
        stake_vault: staking::stake_vault(&provider),
        slash_destination,
        harmed,
        staking_program: assay_staking::ID,
        token_program: TOKEN,
    })
}
