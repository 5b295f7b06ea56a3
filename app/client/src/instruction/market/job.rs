//! A job from posting to closing. Posting and extending are lists: the accounts are created and funded by ordinary
//! instructions of the same transaction, which the program then checks.

use crate::{instruction::token, pda::market as at};
use anchor_lang::Address;
use assay_market::{
    accounts, bytes, instruction,
    state::{Job, JobAccount, JobTerms, PaymentMint},
};
use assay_shared::token::ACCOUNT_LEN;
use solana_instruction::Instruction;
use solana_system_interface::instruction as system;

/// The token a job is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentMintInfo {
    pub mint: Address,
    /// The token program that owns the mint.
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

/// The addresses of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobAddresses {
    pub address: Address,
    pub requester: Address,
    /// Token account with the job's money.
    pub escrow: Address,
    /// Holds the escrow.
    pub escrow_authority: Address,
    pub payment: PaymentMintInfo,
}

impl JobAddresses {
    /// The job that `requester` posts, or posted, with this nonce.
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

    /// A job as its account describes it.
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

/// What posting a job needs besides the terms.
#[derive(Clone, Copy, Debug)]
pub struct PostJobParams {
    pub requester: Address,
    pub payment: PaymentMintInfo,
    /// The requester's token account that funds the escrow.
    pub source: Address,
    /// Base units to put into escrow: `Quote::escrow` times the number of tasks, or more.
    pub escrow: u64,
    /// `escrow_bump` is filled in here.
    pub terms: JobTerms,
}

/// Creates the job and its escrow, funds it and posts: all of one transaction, in order. The requester signs and pays.
///
/// `rent` answers the lamports that keep an account of so many bytes alive. `None` when the job has more seats than
/// an account can hold.
pub fn post_job(order: PostJobParams, rent: impl Fn(usize) -> u64) -> Option<Vec<Instruction>> {
    let PostJobParams {
        requester,
        payment,
        mut terms,
        ..
    } = order;
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
        fund_escrow(&job, order.source, order.escrow),
        post,
    ])
}

/// What adding tasks to a job needs.
#[derive(Clone, Copy, Debug)]
pub struct ExtendJobParams {
    /// At most 131 seats in all: a program may grow an account by 10,240 bytes at once.
    pub tasks: u32,
    /// SHA-256 of the manifest of the new tasks.
    pub manifest: [u8; 32],
    /// The requester's token account that funds the escrow.
    pub source: Address,
    /// Base units: `Job::escrow_for(tasks)`.
    pub escrow: u64,
    /// Lamports that the larger account needs on top of what it has.
    pub rent: u64,
}

/// Tops up rent and escrow of a job and adds tasks: all of one transaction, in order. The requester signs and pays.
pub fn extend_job(job: &JobAddresses, extension: ExtendJobParams) -> Vec<Instruction> {
    let args = instruction::ExtendJob {
        tasks: extension.tasks,
        manifest: extension.manifest,
    };
    let extend = args.to_instruction(accounts::ExtendJob {
        requester: job.requester,
        job: job.address,
        payment_mint: at::payment_mint(&job.payment.mint),
        escrow: job.escrow,
    });
    vec![
        system::transfer(&job.requester, &job.address, extension.rent),
        fund_escrow(job, extension.source, extension.escrow),
        extend,
    ]
}

/// Takes back the unclaimed ones of `count` tasks from `first_task` on. `requester` signs.
pub fn cancel_job(requester: Address, job: Address, first_task: u32, count: u32) -> Instruction {
    instruction::CancelJob { first_task, count }
        .to_instruction(accounts::CancelJob { requester, job })
}

/// Pays the fees, returns the rest to `refund`, a token account of the requester in the job's mint, and ends the job.
/// The requester signs for the transaction, or it is `Job::anyone_closes_from` and nobody of the protocol does.
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
