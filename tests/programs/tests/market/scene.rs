//! One moment at which every instruction but `initialize` would succeed, so that whatever refuses a forged one is the forgery.

use super::{market as ready, COLLATERAL};
use assay_market::state::{shard_of, JobTerms, Param, RATE_UNIT, RING};
use assay_world::{
    address::{market as at, staking},
    instruction::market::{self, JobHandle},
    market::{digest_of, salt_of, terms, PRICE},
    Address, Instruction, Keypair, Signer, World,
};
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
    pub world: World,
    /// Its six tasks wait for: penalties and payment, a commitment, a reveal, a verdict, a worker, and expiry.
    pub job: JobHandle,
    /// Waits to be closed.
    pub finished: JobHandle,
    pub cases: Vec<Case>,
}

pub fn scene() -> Scene {
    static TEMPLATE: OnceLock<Scene> = OnceLock::new();
    TEMPLATE.get_or_init(prepare).clone()
}

fn prepare() -> Scene {
    let mut world = ready();
    world.provider("frank", COLLATERAL);
    let bob = world.actor("bob");
    world.stake(&bob, 1_000);
    world.earn("bob", PRICE);
    world.advance_to_epoch(1);
    world.tally("bob", 0).unwrap();
    world.advance_to_epoch(RING as u64);
    world.earn("bob", PRICE);
    let finished = post(&mut world, 1, 1);
    world.cancel("alice", &finished, 0, 1).unwrap();
    world.advance_to_epoch(RING as u64 + 1);
    let job = busy(&mut world);
    let mut cases = jobs(&mut world, &job, &finished);
    cases.extend(work(&mut world, &job));
    cases.extend(workers(&mut world));
    cases.extend(administration(&mut world));
    Scene {
        world,
        job,
        finished,
        cases,
    }
}

fn post(world: &mut World, nonce: u64, task_count: u32) -> JobHandle {
    let terms = JobTerms {
        nonce,
        task_count,
        ..terms()
    };
    world.post("alice", terms)
}

fn busy(world: &mut World) -> JobHandle {
    let job = post(world, 0, 6);
    let names = ["bob", "carol", "dave"];
    world.claim("erin", &job, (5, 0)).unwrap();
    world.advance(terms().run_window + 1);
    let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    world.deliver(&job, 0, &answers);
    world.settle(&job, 0).unwrap();
    for task in [1, 2] {
        for (replica, name) in (0..).zip(names) {
            world.claim(name, &job, (task, replica)).unwrap();
        }
    }
    for (replica, name) in (0..).zip(names) {
        world.commit(name, &job, (2, replica), "42").unwrap();
    }
    world.deliver(&job, 3, &answers);
    job
}

fn case(instruction: Instruction, signers: &[&'static str]) -> Case {
    Case {
        instruction,
        signers: signers.to_vec(),
    }
}

/// What requesters do; all that goes before it in its transaction is done.
fn jobs(world: &mut World, job: &JobHandle, finished: &JobHandle) -> Vec<Case> {
    let alice = world.actor("alice");
    let order = world.order(
        "alice",
        JobTerms {
            nonce: 2,
            ..terms()
        },
    );
    let posting = world.posting(order);
    let extension = market::extend_job(job, world.extension(job, 1, [9; 32]));
    world.send(&posting[..4], &[&alice]).unwrap();
    world.send(&extension[..2], &[&alice]).unwrap();
    let refund = world.wallet(&finished.payment.mint, &alice.pubkey());
    let cancel = market::cancel_job(alice.pubkey(), job.address, 4, 1);
    vec![
        case(posting[4].clone(), &["alice"]),
        case(extension[2].clone(), &["alice"]),
        case(cancel, &["alice"]),
        case(market::close_job(finished, refund), &[]),
    ]
}

/// What is done with slots.
fn work(world: &mut World, job: &JobHandle) -> Vec<Case> {
    let (bob, dave) = (world.address_of("bob"), world.address_of("dave"));
    let (node, worker) = (world.node("bob").pubkey(), world.worker_of("bob"));
    let (seed, address) = (world.job(job).0.seed, job.address);
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let stake_mint = world.stake_mint();
    let (harmed, treasury) = (
        world.wallet(&stake_mint, &job.requester),
        world.slash_destination(),
    );
    let wallet = world.wallet(&job.payment.mint, &bob);
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
        case(market::collect(job, worker, wallet, vec![0]), &[]),
        case(
            market::penalise(address, provider, treasury, harmed, vec![2]),
            &[],
        ),
    ]
}

fn workers(world: &mut World) -> Vec<Case> {
    let (bob, frank) = (world.address_of("bob"), world.address_of("frank"));
    let (worker, payer) = (world.worker_of("bob"), world.address_of("anyone"));
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

fn administration(world: &mut World) -> Vec<Case> {
    let power = world.address_of("governance");
    let (payer, mint) = (world.address_of("anyone"), world.mint("EUR"));
    let vault = world.wallet(&mint, &power);
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
    ) -> Result<assay_world::Receipt, assay_world::Failure> {
        let mut world = self.world.clone();
        let payer = world.actor("stranger");
        let keys: Vec<Keypair> = signers.iter().map(|name| world.actor(name)).collect();
        let senders: Vec<&Keypair> = [&payer].into_iter().chain(&keys).collect();
        world.send(&[instruction], &senders)
    }

    /// The worker that bob's cases name.
    pub fn worker(&self) -> Address {
        self.world.clone().worker_of("bob")
    }

    /// The payment mint's record.
    pub fn payment_mint(&self) -> Address {
        at::payment_mint(&self.job.payment.mint)
    }
}
