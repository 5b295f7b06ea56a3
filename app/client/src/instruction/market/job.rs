//! Posting, extending, cancelling and closing a job.

use crate::{
    instruction::{signed_by, token},
    pda::{self, market as at},
};
use anchor_lang::Address;
use assay_market::{
    accounts, bytes, instruction,
    state::{Job, JobAccount, JobTerms, PaymentMint},
};
use assay_shared::token::ACCOUNT_LEN;
use solana_instruction::Instruction;
use solana_system_interface::instruction as system;

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
    /// Author of the module; zero if no royalties are due at this moment.
    pub author: Address,
}

impl JobAddresses {
    /// Returns the addresses of the job without royalties that `requester` posts, or has posted, with this nonce.
    pub fn new(requester: Address, nonce: u64, payment: PaymentMintInfo) -> Self {
        let address = at::job(&requester, nonce);
        Self {
            address,
            requester,
            escrow: at::escrow(&requester, nonce, &payment.token_program),
            escrow_authority: at::escrow_authority(&address).0,
            payment,
            author: Address::default(),
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
            author: if job.royalties_due.get() > 0 {
                job.author
            } else {
                Address::default()
            },
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
    /// The attester set of an attested job.
    pub attesters: Option<Address>,
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
    let seats = terms
        .task_count
        .checked_mul(u32::from(terms.late_seats()).saturating_add(1))?;
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
        totals: at::totals(),
        payment_mint: at::payment_mint(&payment.mint),
        attesters: params.attesters,
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
    /// Number of new tasks. A program can grow an account by at most 10,240 bytes in one instruction, which bounds their
    /// seats.
    pub tasks: u32,
    /// SHA-256 of the manifest of the new tasks.
    pub manifest: [u8; 32],
    /// Root of the Merkle tree over the inputs that it names.
    pub inputs: [u8; 32],
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
        inputs: params.inputs,
    };
    let extend = args.to_instruction(accounts::ExtendJob {
        requester: job.requester,
        params: at::params(),
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

/// Pays fees and royalties, returns the rest of the escrow to the requester's associated token account and closes the job. That
/// account, the fee vault and the author's associated token account must exist. What a frozen account refuses stays owed, and
/// the job's header with it. The requester must sign the transaction; from `Job::anyone_closes_from` on, or once something stays
/// owed, anyone may send it.
pub fn close_job(job: &JobAddresses) -> Instruction {
    let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
    close_into(job, pda::ata_and_bump(&job.requester, mint, token_program))
}

/// As [`close_job`], but returns the rest to any token account of the job's mint. The requester signs.
pub fn close_job_to(job: &JobAddresses, refund: Address) -> Instruction {
    signed_by(&job.requester, close_into(job, (refund, 0)))
}

fn close_into(job: &JobAddresses, (refund, bump): (Address, u8)) -> Instruction {
    let payment = &job.payment;
    let author = (job.author != Address::default())
        .then(|| pda::ata_and_bump(&job.author, &payment.mint, &payment.token_program));
    let args = instruction::CloseJob {
        bump,
        author_bump: author.map_or(0, |(_, bump)| bump),
    };
    args.to_instruction(accounts::CloseJob {
        requester: job.requester,
        job: job.address,
        payment_mint: at::payment_mint(&payment.mint),
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        fee_vault: payment.fee_vault,
        author_account: author.map(|(account, _)| account),
        refund,
        token_program: payment.token_program,
    })
}

fn fund_escrow(job: &JobAddresses, source: Address, amount: u64) -> Instruction {
    let program = &job.payment.token_program;
    token::transfer_with_program(program, &source, &job.escrow, &job.requester, amount)
}
