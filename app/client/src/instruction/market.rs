//! Instructions of the market program.
//!
//! Posting and extending a job are lists: ordinary instructions of the same transaction create and fund the accounts, and
//! the program then checks them.

use super::token;
use crate::pda::{self, market as at, staking};
use anchor_lang::{system_program, Address};
use assay_market::{
    accounts, bytes, instruction,
    instructions::MarketConfig,
    state::{shard_of, Job, JobAccount, JobTerms, Param, PaymentMint},
};
use assay_shared::{
    param::Votable as _,
    token::{ACCOUNT_LEN, TOKEN},
};
use solana_instruction::Instruction;
use solana_system_interface::instruction as system;

/// Creates the parameters and sets the exposure at the staking program. `deployer` (the program's upgrade authority) signs
/// and pays.
pub fn initialize(deployer: Address, config: MarketConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::Initialize {
        deployer,
        params: at::params(),
        program_data: pda::program_data(&assay_market::ID),
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
        system_program: system_program::ID,
    })
}

/// Replaces the authority by `next`. `authority` signs.
pub fn set_authority(authority: Address, next: Address) -> Instruction {
    instruction::SetAuthority { authority: next }.to_instruction(accounts::SetAuthority {
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

/// Allows jobs to be paid in `mint`; fees go to `fee_vault`. `authority` signs, `payer` signs and pays the rent.
///
/// `stake_rate`: value of 10⁹ base units of the mint, in stake base units.
pub fn allow_mint(
    authority: Address,
    payer: Address,
    mint: Address,
    fee_vault: Address,
    stake_rate: u64,
) -> Instruction {
    instruction::AllowMint { stake_rate }.to_instruction(accounts::AllowMint {
        authority,
        payer,
        params: at::params(),
        payment_mint: at::payment_mint(&mint),
        mint,
        fee_vault,
        system_program: system_program::ID,
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

/// The token that a job is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentMintInfo {
    /// The mint of the token.
    pub mint: Address,
    /// Token program that owns the mint.
    pub token_program: Address,
    /// Token account that receives protocol fees.
    pub fee_vault: Address,
}

impl From<&PaymentMint> for PaymentMintInfo {
    fn from(allowed: &PaymentMint) -> Self {
        Self {
            mint: allowed.mint,
            token_program: allowed.token_program,
            fee_vault: allowed.fee_vault,
        }
    }
}

/// The addresses that belong to one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobAddresses {
    /// The job's account.
    pub address: Address,
    /// Who posted the job.
    pub requester: Address,
    /// Token account that holds the job's money.
    pub escrow: Address,
    /// Address that signs for the escrow.
    pub escrow_authority: Address,
    /// The token that the job is paid in.
    pub payment: PaymentMintInfo,
}

impl JobAddresses {
    /// Returns the addresses of the job that `requester` posts, or has posted, with this nonce.
    pub fn new(requester: Address, nonce: u64, payment: PaymentMintInfo) -> Self {
        let address = at::job(&requester, nonce);
        Self {
            address,
            requester,
            escrow: at::escrow(&requester, nonce, &payment.token_program),
            escrow_authority: at::escrow_authority(&address).0,
            payment,
        }
    }

    /// Returns the addresses of an existing job, read from its account.
    pub fn from_account(address: Address, job: &Job, payment: PaymentMintInfo) -> Self {
        Self {
            address,
            requester: job.requester,
            escrow: job.escrow,
            escrow_authority: at::escrow_authority(&address).0,
            payment,
        }
    }
}

/// What is needed to post a job.
#[derive(Clone, Copy, Debug)]
pub struct PostJobParams {
    /// Who signs, pays and gets back what is left.
    pub requester: Address,
    /// The token that the job is paid in.
    pub payment: PaymentMintInfo,
    /// Token account of the requester that funds the escrow.
    pub source: Address,
    /// Amount to put into escrow, base units: at least `Quote::escrow` times the number of tasks.
    pub escrow: u64,
    /// The terms; [`post_job`] fills in `escrow_bump`.
    pub terms: JobTerms,
}

/// Creates the accounts of a job and its escrow, funds the escrow and posts the job. All instructions go into one
/// transaction, in this order. The requester signs and pays.
///
/// `rent` returns the lamports that make an account of so many bytes rent-exempt. Returns `None` if the job has more seats
/// than an account can hold.
pub fn post_job(params: PostJobParams, rent: impl Fn(usize) -> u64) -> Option<Vec<Instruction>> {
    let PostJobParams {
        requester,
        payment,
        mut terms,
        ..
    } = params;
    let job = JobAddresses::new(requester, terms.nonce, payment);
    terms.escrow_bump = at::escrow_authority(&job.address).1;
    let seats = terms.task_count.checked_mul(u32::from(terms.width()))?;
    let space = JobAccount::try_space_for(seats).ok()?;

    let create = |address: &Address, seed: [u8; bytes::SEED_LEN], space: usize, owner: &Address| {
        let seed = String::from_utf8_lossy(&seed);
        let lamports = rent(space);
        let (base, space) = (&requester, space as u64);
        system::create_account_with_seed(base, address, base, &seed, lamports, space, owner)
    };
    let post = instruction::PostJob { terms }.to_instruction(accounts::PostJob {
        requester,
        params: at::params(),
        payment_mint: at::payment_mint(&payment.mint),
        job: job.address,
        escrow: job.escrow,
    });
    Some(vec![
        create(
            &job.address,
            bytes::job_seed(terms.nonce),
            space,
            &assay_market::ID,
        ),
        create(
            &job.escrow,
            bytes::escrow_seed(terms.nonce),
            ACCOUNT_LEN,
            &payment.token_program,
        ),
        token::initialize_account(
            &payment.token_program,
            &job.escrow,
            &payment.mint,
            &job.escrow_authority,
        ),
        fund_escrow(&job, params.source, params.escrow),
        post,
    ])
}

/// What is needed to add tasks to a job.
#[derive(Clone, Copy, Debug)]
pub struct ExtendJobParams {
    /// Number of new tasks. They may have at most 131 seats in all, because a program can grow an account by at most
    /// 10,240 bytes in one instruction.
    pub tasks: u32,
    /// SHA-256 of the manifest of the new tasks.
    pub manifest: [u8; 32],
    /// Token account of the requester that funds the escrow.
    pub source: Address,
    /// Amount to add to the escrow, base units: `Job::escrow_for(tasks)`.
    pub escrow: u64,
    /// Lamports that the larger account needs in addition to those that it has.
    pub rent: u64,
}

/// Pays rent and escrow for more tasks of a job and adds them. All instructions go into one transaction, in this order. The
/// requester signs and pays.
pub fn extend_job(job: &JobAddresses, params: ExtendJobParams) -> Vec<Instruction> {
    let args = instruction::ExtendJob {
        tasks: params.tasks,
        manifest: params.manifest,
    };
    let extend = args.to_instruction(accounts::ExtendJob {
        requester: job.requester,
        job: job.address,
        payment_mint: at::payment_mint(&job.payment.mint),
        escrow: job.escrow,
    });
    vec![
        system::transfer(&job.requester, &job.address, params.rent),
        fund_escrow(job, params.source, params.escrow),
        extend,
    ]
}

/// Cancels those of `count` tasks from `first_task` on that nobody has claimed. `requester` signs.
pub fn cancel_job(requester: Address, job: Address, first_task: u32, count: u32) -> Instruction {
    instruction::CancelJob { first_task, count }
        .to_instruction(accounts::CancelJob { requester, job })
}

/// Pays the fees, returns the rest of the escrow to `refund` and closes the job. `refund` is a token account of the
/// requester in the job's mint. The requester must sign the transaction; from `Job::anyone_closes_from` on anyone may send it.
pub fn close_job(job: &JobAddresses, refund: Address) -> Instruction {
    instruction::CloseJob {}.to_instruction(accounts::CloseJob {
        requester: job.requester,
        job: job.address,
        payment_mint: at::payment_mint(&job.payment.mint),
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        fee_vault: job.payment.fee_vault,
        refund,
        token_program: job.payment.token_program,
    })
}

fn fund_escrow(job: &JobAddresses, source: Address, amount: u64) -> Instruction {
    let program = &job.payment.token_program;
    token::transfer_with_program(program, &source, &job.escrow, &job.requester, amount)
}

/// Claims a seat that `worker` is drawn for and locks collateral for it. `seed` names the posting of the job. `node` signs.
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

/// Commits to a result. `assay_market::bytes::commitment` makes the `commitment`. `node` signs.
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

/// Reveals the committed digest. `node` signs.
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

/// Compares the results of a task and decides it. Anyone may send it.
pub fn settle_task(job: Address, task: u32) -> Instruction {
    instruction::SettleTask { task }.to_instruction(accounts::SettleTask { job })
}

/// Ends the overdue claims and commitments of a task. Anyone may send it.
pub fn expire_task(job: Address, task: u32) -> Instruction {
    instruction::ExpireTask { task }.to_instruction(accounts::ExpireTask { job })
}

/// Pays accepted and releases void seats of `worker`. `seats` are indices in the job; `destination` is a token account of
/// the worker's owner in the job's mint. Anyone may send it.
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

/// Penalizes rejected or missed seats of the provider's worker. `seats` are indices in the job. Anyone may send it.
///
/// `slash_destination` is the token account named in the staking parameters; `compensation_account` is a token account of
/// the job's requester in the stake mint.
pub fn penalize_worker(
    job: Address,
    provider: Address,
    slash_destination: Address,
    compensation_account: Address,
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
        compensation_account,
        staking_program: assay_staking::ID,
        token_program: TOKEN,
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
