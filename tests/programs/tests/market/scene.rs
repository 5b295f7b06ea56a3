//! One moment at which every instruction but `initialize` would succeed, so that whatever refuses a forged one is the forgery.

use super::{market as ready, COLLATERAL};
use assay_harness::{
    instruction::market::{self, JobAddresses},
    market::{digest_of, salt_of, terms, PRICE},
    pda::{market as at, staking},
    Address, Instruction, Keypair, Signer, TestContext,
};
use assay_market::state::{shard_of, JobTerms, Param, RATE_UNIT, RING};
use std::sync::OnceLock;

/// An instruction, and the actors who sign it besides a payer.
#[derive(Clone)]
pub struct Case {
    pub instruction: Instruction,
    pub signers: Vec<&'static str>,
}

impl Case {
    pub fn names(&self, address: &Address) -> bool {
        let mut accounts = self.instruction.accounts.iter();
        accounts.any(|meta| meta.pubkey == *address)
    }
}

#[derive(Clone)]
pub struct Scene {
    pub context: TestContext,
    /// Its six tasks wait for: penalties and payment, a commitment, a reveal, a verdict, a worker, and expiry.
    pub job: JobAddresses,
    /// Waits to be closed.
    pub finished: JobAddresses,
    pub cases: Vec<Case>,
}

pub fn scene() -> Scene {
    static TEMPLATE: OnceLock<Scene> = OnceLock::new();
    TEMPLATE.get_or_init(prepare).clone()
}

fn prepare() -> Scene {
    let mut context = ready();
    context.provider("frank", COLLATERAL);
    let bob = context.actor("bob");
    context.stake(&bob, 1_000);
    context.earn("bob", PRICE);
    context.advance_to_epoch(1);
    context.tally("bob", 0).unwrap();
    context.advance_to_epoch(RING as u64);
    context.earn("bob", PRICE);
    let finished = post(&mut context, 1, 1);
    context.cancel("alice", &finished, 0, 1).unwrap();
    context.advance_to_epoch(RING as u64 + 1);
    let job = busy(&mut context);
    let mut cases = jobs(&mut context, &job, &finished);
    cases.extend(work(&mut context, &job));
    cases.extend(workers(&mut context));
    cases.extend(administration(&mut context));
    Scene {
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

fn busy(context: &mut TestContext) -> JobAddresses {
    let job = post(context, 0, 6);
    let names = ["bob", "carol", "dave"];
    context.claim("erin", &job, (5, 0)).unwrap();
    context.advance(terms().run_window + 1);
    let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    context.deliver(&job, 0, &answers);
    context.settle(&job, 0).unwrap();
    for task in [1, 2] {
        for (replica, name) in (0..).zip(names) {
            context.claim(name, &job, (task, replica)).unwrap();
        }
    }
    for (replica, name) in (0..).zip(names) {
        context.commit(name, &job, (2, replica), "42").unwrap();
    }
    context.deliver(&job, 3, &answers);
    job
}

fn case(instruction: Instruction, signers: &[&'static str]) -> Case {
    Case {
        instruction,
        signers: signers.to_vec(),
    }
}

/// What requesters do; all that goes before it in its transaction is done.
fn jobs(context: &mut TestContext, job: &JobAddresses, finished: &JobAddresses) -> Vec<Case> {
    let alice = context.actor("alice");
    let order = context.order(
        "alice",
        JobTerms {
            nonce: 2,
            ..terms()
        },
    );
    let posting = context.posting(order);
    let extension = market::extend_job(job, context.extension(job, 1, [9; 32]));
    context.send(&posting[..4], &[&alice]).unwrap();
    context.send(&extension[..2], &[&alice]).unwrap();
    let refund = context.wallet(&finished.payment.mint, &alice.pubkey());
    let cancel = market::cancel_job(alice.pubkey(), job.address, 4, 1);
    vec![
        case(posting[4].clone(), &["alice"]),
        case(extension[2].clone(), &["alice"]),
        case(cancel, &["alice"]),
        case(market::close_job(finished, refund), &[]),
    ]
}

/// What is done with seats.
fn work(context: &mut TestContext, job: &JobAddresses) -> Vec<Case> {
    let (bob, dave) = (context.address_of("bob"), context.address_of("dave"));
    let (node, worker) = (context.node("bob").pubkey(), context.worker_of("bob"));
    let (seed, address) = (context.job(job).0.seed, job.address);
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let stake_mint = context.stake_mint();
    let (harmed, treasury) = (
        context.wallet(&stake_mint, &job.requester),
        context.slash_destination(),
    );
    let wallet = context.wallet(&job.payment.mint, &bob);
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
        case(market::collect_pay(job, worker, wallet, vec![0]), &[]),
        case(
            market::penalize_worker(address, provider, treasury, harmed, vec![2]),
            &[],
        ),
    ]
}

fn workers(context: &mut TestContext) -> Vec<Case> {
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

fn administration(context: &mut TestContext) -> Vec<Case> {
    let power = context.address_of("governance");
    let (payer, mint) = (context.address_of("anyone"), context.mint("EUR"));
    let vault = context.wallet(&mint, &power);
    let allow = market::allow_mint(power, payer, mint, vault, RATE_UNIT);
    vec![
        case(market::set_params(power, Param::FeeBps, 1), &["governance"]),
        case(market::set_authority(power, payer), &["governance"]),
        case(allow, &["governance", "anyone"]),
    ]
}

impl Scene {
    /// Sends an instruction, signed by these actors and paid for by a stranger.
    pub fn send(
        &self,
        instruction: Instruction,
        signers: &[&str],
    ) -> Result<assay_harness::Receipt, assay_harness::Failure> {
        let mut context = self.context.clone();
        let payer = context.actor("stranger");
        let keys: Vec<Keypair> = signers.iter().map(|name| context.actor(name)).collect();
        let senders: Vec<&Keypair> = [&payer].into_iter().chain(&keys).collect();
        context.send(&[instruction], &senders)
    }

    /// The worker that bob's cases name.
    pub fn worker(&self) -> Address {
        self.context.clone().worker_of("bob")
    }

    /// The payment mint's record.
    pub fn payment_mint(&self) -> Address {
        at::payment_mint(&self.job.payment.mint)
    }
}
