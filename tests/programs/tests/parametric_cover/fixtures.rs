//! Covers, and the runs that their receipts are of.

use assay_harness::{
    instruction::market::{self, JobAddresses, TaskSeat},
    keypairs::worker_of,
    market::{attested_terms, batch_terms, terms, BOND, LIE},
    work::{contribution, input_of, record_of},
    Address, ExpectedError, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_market::{bytes::ResultRecord, state::JobTerms};
use assay_rewards::state::ReceiptArgs;
use assay_shared::token::{TokenAccount, TOKEN};
use assay_staking::state::AttesterSet;
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
    state::{Cover, CoverTerms, RunLimits},
};
use std::sync::OnceLock;

/// The output that covers pay on: the figure 90, and a word after it.
pub const OUTPUT: &str = "\u{5a}\0\0\0\0\0\0\0mm";
/// The figure in it.
pub const FIGURE: u64 = 90;
/// Sum insured, base units.
pub const SUM: u64 = 5_000;
/// Time from the opening of a cover to its deadline, seconds.
pub const TERM: u64 = 30 * DAY;

pub type Sent = Result<TransactionResult, TransactionFailure>;

/// Returns a market with workers, on which the program is deployed.
pub fn market_with_cover() -> TestContext {
    static TEMPLATE: OnceLock<TestContext> = OnceLock::new();
    let prepare = || {
        let mut context = TestContext::with_workers();
        context.deploy_example("parametric_cover", parametric_cover::ID);
        context
    };
    TEMPLATE.get_or_init(prepare).clone()
}

/// Returns the error of the program, as it must be raised.
pub fn cover_error(error: CoverError) -> ExpectedError {
    ExpectedError {
        program: parametric_cover::ID,
        name: format!("CoverError::{error:?}"),
        error: error.into(),
    }
}

/// Returns the terms of a cover that asks for two results which agree, each with the stake of a usual seat behind it.
pub fn cover_terms(context: &mut TestContext) -> CoverTerms {
    CoverTerms {
        nonce: 0,
        amount: SUM,
        expires_at: context.now() + TERM as i64,
        insured: context.address_of("ines"),
        module: terms().module,
        input: input_of(0),
        threshold: FIGURE,
        job_mint: context.payment_mint(),
        attesters: [0; 32],
        least_stake: BOND + LIE,
        most_stake: BOND + LIE,
        credential_set: Address::default(),
        limits: usual_limits(),
        least_agreed: 2,
        undisputed: false,
    }
}

/// Returns what the usual job asks of a machine.
pub fn usual_limits() -> RunLimits {
    let terms = terms();
    RunLimits {
        runtime_id: terms.runtime_id,
        most_fuel: terms.fuel,
        most_memory: terms.memory_bytes,
        most_output: terms.output_bytes,
        least_run_window: terms.run_window,
    }
}

/// Opens a cover of the actor "ivy" for the actor "ines", out of tokens that are minted for it.
pub fn try_open(context: &mut TestContext, terms: CoverTerms) -> (CoverAddresses, Sent) {
    let (insurer, mint) = (context.actor("ivy"), context.payment_mint());
    let source = context.mint_tokens(&mint, &insurer.pubkey(), terms.amount);
    let at = CoverAddresses::new(insurer.pubkey(), mint, &terms);
    let open = client::open_cover(&at, source, terms);
    let sent = context.send(&[open], &[&insurer]);
    context.ata(&mint, &at.insured);
    (at, sent)
}

/// Opens a cover that must be accepted.
#[track_caller]
pub fn open(context: &mut TestContext, terms: CoverTerms) -> CoverAddresses {
    let (at, sent) = try_open(context, terms);
    sent.expect("a cover opens");
    at
}

/// Opens a cover with the usual terms.
#[track_caller]
pub fn open_usual(context: &mut TestContext) -> CoverAddresses {
    let terms = cover_terms(context);
    open(context, terms)
}

/// Settles a cover as the actor "anyone".
pub fn settle(context: &mut TestContext, at: &CoverAddresses, receipt: Address) -> Sent {
    context.crank(client::settle_cover(at, receipt))
}

/// Returns what an actor holds of the mint of covers and jobs, base units.
pub fn money_of(context: &mut TestContext, name: &str) -> u64 {
    let (mint, wallet) = (context.payment_mint(), context.address_of(name));
    let ata = context.ata(&mint, &wallet);
    context.balance(&ata)
}

/// Checks that a cover is open and holds its sum.
#[track_caller]
pub fn assert_untouched(context: &TestContext, at: &CoverAddresses) {
    let cover: Cover = context.account(&at.cover);
    assert_eq!(context.balance(&at.vault()), cover.amount.get());
}

/// Whose receipts the covers are shown.
const WRITER: &str = "anyone";
/// The attesters whose signatures attested results have.
const SIGNERS: [&str; 2] = ["lab 1", "lab 2"];

/// Returns the terms of a job over the insured input, whose result a late seat checks.
pub fn job_terms() -> JobTerms {
    JobTerms {
        checks_bps: 10_000,
        ..batch_terms(1)
    }
}

/// Runs a job to its end: these workers take its seats, and its output is `OUTPUT`.
pub fn run(context: &mut TestContext, terms: JobTerms, workers: &[&str]) -> JobAddresses {
    let job = context.post("requester", terms);
    context.complete_task(&job, 0, workers, OUTPUT);
    context.end_hold(&job);
    job
}

/// Runs a job to its end as [`run`] does, whose program ends with the exit code 3. Returns what its receipt needs, too.
pub fn run_failing(context: &mut TestContext, workers: &[&str]) -> (JobAddresses, ReceiptArgs) {
    let job = context.post("requester", job_terms());
    let args = ReceiptArgs {
        exit_code: 3,
        ..context.receipt_args(&job, 0, 1, OUTPUT)
    };
    let seed = context.job(&job).0.seed;
    let record = ResultRecord {
        exit_code: 3,
        ..record_of(&seed, OUTPUT)
    };
    let digest = record.digest();
    for (seat, name) in (0u8..).zip(workers) {
        let place = TaskSeat { task: 0, seat };
        context.claim(name, &job, place).expect("a claim");
        let contribution = contribution(name, &seed, 0, &digest);
        let node = context.node(name);
        let worker = worker_of(name);
        let step = market::contribute(node.pubkey(), worker, job.address, place, &contribution);
        context.send(&[step], &[&node]).expect("a contribution");
    }
    let check = context.check_of(&job, 0);
    context
        .crank(market::open_task(job.address, 0, digest, check))
        .expect("an opening");
    context.end_hold(&job);
    (job, args)
}

/// Opens the attester set of the actor "lab" with three attesters. Returns its address and its identity.
pub fn open_set(context: &mut TestContext) -> (Address, [u8; 32]) {
    let set = context.open_set("lab", 0, &["lab 1", "lab 2", "lab 3"]);
    let identity = context.account::<AttesterSet>(&set).identity;
    (set, identity)
}

/// Runs an attested job over the insured input: the node of bob submits, two of three attesters have signed.
pub fn run_attested(context: &mut TestContext, set: Address) -> JobAddresses {
    let job = context.post_attested("requester", attested_terms(2), set);
    let attestation = context.attestation("bob", &job, set, 0, OUTPUT);
    let sent = context.submit("bob", &attestation, &SIGNERS);
    sent.expect("an attested result is submitted");
    job
}

/// Writes the receipt of a job with `OUTPUT` in it, and returns its address.
pub fn receipt_of(context: &mut TestContext, job: &JobAddresses) -> Address {
    let args = context.receipt_args(job, 0, 1, OUTPUT);
    try_receipt(context, job, args).expect("a receipt is written")
}

/// Writes the receipt of a job, and returns its address.
pub fn try_receipt(
    context: &mut TestContext,
    job: &JobAddresses,
    args: ReceiptArgs,
) -> Result<Address, TransactionFailure> {
    context.write_receipt(WRITER, job, 0, args)?;
    Ok(context.receipt_of(WRITER, job, 0))
}

/// Returns the receipt of a usual run.
pub fn usual_receipt(context: &mut TestContext) -> Address {
    let job = run(context, job_terms(), &["bob", "carol"]);
    receipt_of(context, &job)
}

/// Returns a copy of the usual mint that has a freeze authority.
pub fn freezable_mint(context: &mut TestContext) -> Address {
    let mint = context.payment_mint();
    let copy = context.clone_with_owner(&mint, "freezable mint", &TOKEN);
    context.edit_data(&copy, |data| data[46] = 1);
    copy
}

/// Returns the holder of a token account.
pub fn holder_of(context: &TestContext, account: &Address) -> Address {
    let account = TokenAccount::parse(&context.data(account)).expect("a token account");
    account.authority
}
