//! A market in which every instruction but `initialize` would succeed, so that a rejected forgery is rejected because of the
//! forgery.

use super::{market_with_workers, COLLATERAL};
use assay_harness::{
    instruction::market::{self, JobAddresses},
    market::{terms, PRICE},
    pda::{market as at, staking},
    work::{digest_of, salt_of},
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::{shard_of, JobTerms, Param, RATE_UNIT, RING};
use std::sync::OnceLock;

/// An instruction that would succeed, and the actors who sign it besides a payer.
#[derive(Clone)]
pub struct InstructionCase {
    pub instruction: Instruction,
    pub signers: Vec<&'static str>,
}

impl InstructionCase {
    /// Returns true if the instruction names this account.
    pub fn names(&self, address: &Address) -> bool {
        let mut accounts = self.instruction.accounts.iter();
        accounts.any(|meta| meta.pubkey == *address)
    }
}

#[derive(Clone)]
pub struct ReadyMarket {
    pub context: TestContext,
    /// Its six tasks wait for penalties and payment, a commitment, a reveal, settling, a worker, and expiry.
    pub job: JobAddresses,
    /// Waits to be closed.
    pub finished: JobAddresses,
    pub cases: Vec<InstructionCase>,
}

/// Returns a market that is ready for every instruction.
pub fn ready_market() -> ReadyMarket {
    static TEMPLATE: OnceLock<ReadyMarket> = OnceLock::new();
    TEMPLATE.get_or_init(prepare).clone()
}

fn prepare() -> ReadyMarket {
    let mut context = market_with_workers();
    context.provider("frank", COLLATERAL);
    let bob = context.actor("bob");
    context.stake(&bob, 1_000);
    context.complete_job("bob", PRICE);
    context.advance_to_epoch(1);
    context.tally("bob", 0).unwrap();
    context.advance_to_epoch(RING as u64);
    context.complete_job("bob", PRICE);
    let finished = post(&mut context, 1, 1);
    context.cancel("alice", &finished, 0, 1).unwrap();
    context.advance_to_epoch(RING as u64 + 1);
    let job = worked_job(&mut context);
    let mut cases = job_cases(&mut context, &job, &finished);
    cases.extend(seat_cases(&mut context, &job));
    cases.extend(worker_cases(&mut context));
    cases.extend(authority_cases(&mut context));
    ReadyMarket {
        context,
        job,
        finished,
        cases,
    }
}

fn post(context: &mut TestContext, nonce: u64, task_count: u32) -> JobAddresses {
    let terms = JobTerms {
        nonce,
        task_count,
        ..terms()
    };
    context.post("alice", terms)
}

/// Posts the job of six tasks and brings each task to the state that its instruction needs.
fn worked_job(context: &mut TestContext) -> JobAddresses {
    let job = post(context, 0, 6);
    let names = ["bob", "carol", "dave"];
    context.claim("erin", &job, (5, 0)).unwrap();
    context.advance(terms().run_window + 1);
    let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    context.complete_task(&job, 0, &answers);
    context.settle(&job, 0).unwrap();
    for task in [1, 2] {
        for (replica, name) in (0..).zip(names) {
            context.claim(name, &job, (task, replica)).unwrap();
        }
    }
    for (replica, name) in (0..).zip(names) {
        context.commit(name, &job, (2, replica), "42").unwrap();
    }
    context.complete_task(&job, 3, &answers);
    job
}

fn case(instruction: Instruction, signers: &[&'static str]) -> InstructionCase {
    InstructionCase {
        instruction,
        signers: signers.to_vec(),
    }
}

/// Instructions of requesters. The instructions that go before them in their transactions are already sent.
fn job_cases(
    context: &mut TestContext,
    job: &JobAddresses,
    finished: &JobAddresses,
) -> Vec<InstructionCase> {
    let alice = context.actor("alice");
    let order = context.post_job_params(
        "alice",
        JobTerms {
            nonce: 2,
            ..terms()
        },
    );
    let posting = context.post_job_instructions(order);
    let extension = market::extend_job(job, context.extension(job, 1, [9; 32]));
    context.send(&posting[..4], &[&alice]).unwrap();
    context.send(&extension[..2], &[&alice]).unwrap();
    let refund = context.ata(&finished.payment.mint, &alice.pubkey());
    let cancel = market::cancel_job(alice.pubkey(), job.address, 4, 1);
    vec![
        case(posting[4].clone(), &["alice"]),
        case(extension[2].clone(), &["alice"]),
        case(cancel, &["alice"]),
        case(market::close_job(finished, refund), &[]),
    ]
}

/// Instructions about seats.
fn seat_cases(context: &mut TestContext, job: &JobAddresses) -> Vec<InstructionCase> {
    let (bob, dave) = (context.address_of("bob"), context.address_of("dave"));
    let (node, worker) = (context.node("bob").pubkey(), context.worker_of("bob"));
    let (seed, address) = (context.job(job).0.seed, job.address);
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let stake_mint = context.stake_mint();
    let (harmed, treasury) = (
        context.ata(&stake_mint, &job.requester),
        context.slash_destination(),
    );
    let ata = context.ata(&job.payment.mint, &bob);
    let provider = staking::provider(&dave);
    let claim = market::claim_task(node, worker, address, seed, (4, 0));
    let commit = market::commit_result(node, worker, address, (1, 0), [1; 32]);
    let reveal = market::reveal_result(node, worker, address, (2, 0), digest, salt);
    vec![
        case(claim, &["bob's node"]),
        case(commit, &["bob's node"]),
        case(reveal, &["bob's node"]),
        case(market::settle_task(address, 3), &[]),
        case(market::expire_task(address, 5), &[]),
        case(market::collect_pay(job, worker, ata, vec![0]), &[]),
        case(
            market::penalize_worker(address, provider, treasury, harmed, vec![2]),
            &[],
        ),
    ]
}

/// Instructions about workers.
fn worker_cases(context: &mut TestContext) -> Vec<InstructionCase> {
    let (bob, frank) = (context.address_of("bob"), context.address_of("frank"));
    let (worker, payer) = (context.worker_of("bob"), context.address_of("anyone"));
    let sync = market::sync_worker(staking::provider(&bob));
    let tally = market::tally_work(payer, worker, RING as u64);
    vec![
        case(market::open_worker(frank), &["frank"]),
        case(sync, &[]),
        case(market::add_collateral(bob, 1_000), &["bob"]),
        case(market::remove_collateral(bob, 1), &["bob"]),
        case(tally, &["anyone"]),
        case(market::close_work(payer, 0, shard_of(&worker)), &[]),
    ]
}

/// Instructions of the authority.
fn authority_cases(context: &mut TestContext) -> Vec<InstructionCase> {
    let power = context.address_of("governance");
    let (payer, mint) = (context.address_of("anyone"), context.mint("EUR"));
    let vault = context.ata(&mint, &power);
    let allow = market::allow_mint(power, payer, mint, vault, RATE_UNIT);
    vec![
        case(market::set_params(power, Param::FeeBps, 1), &["governance"]),
        case(market::set_authority(power, payer), &["governance"]),
        case(allow, &["governance", "anyone"]),
    ]
}

impl ReadyMarket {
    /// Sends an instruction, signed by these actors and paid for by the actor "stranger".
    pub fn send(
        &self,
        instruction: Instruction,
        signers: &[&str],
    ) -> Result<TransactionResult, TransactionFailure> {
        let mut context = self.context.clone();
        let payer = context.actor("stranger");
        let keys: Vec<Keypair> = signers.iter().map(|name| context.actor(name)).collect();
        let senders: Vec<&Keypair> = [&payer].into_iter().chain(&keys).collect();
        context.send(&[instruction], &senders)
    }

    /// Returns the worker that bob's cases name.
    pub fn worker(&self) -> Address {
        self.context.worker_of("bob")
    }

    /// Returns the market's account of the payment mint.
    pub fn payment_mint(&self) -> Address {
        at::payment_mint(&self.job.payment.mint)
    }
}
