use crate::{cost, Cost};
use assay_market::state::{shard_of, JobTerms, Param, RING};
use assay_world::{
    instruction::market::{self, JobHandle},
    market::{terms, EPOCH_LENGTH, STAKE_RATE},
    Failure, Receipt, Signer, World, DEPLOYER,
};

fn row(name: &'static str, result: Result<Receipt, Failure>) -> Cost {
    cost("market", name, result)
}

/// Every instruction of the market program, on a job's way through its life.
pub fn costs() -> Vec<Cost> {
    let mut world = World::new();
    let mut costs = administration(&mut world);
    costs.extend(workers(&mut world));
    let job = accepted_job(&mut world, &mut costs);
    ending(&mut world, &job, &mut costs);
    costs
}

fn administration(world: &mut World) -> Vec<Cost> {
    world.staking_for_market();
    let (deployer, config) = (world.actor(DEPLOYER), world.market_config());
    let (governance, payment) = (world.actor("governance"), world.payment());
    let power = governance.pubkey();
    let initialize = market::initialize(deployer.pubkey(), config);
    let allow = market::allow_mint(power, power, payment.mint, payment.fee_vault, STAKE_RATE);
    vec![
        row("initialize", world.send(&[initialize], &[&deployer])),
        row("allow_mint", world.send(&[allow], &[&governance])),
        row("set_params", {
            let set = market::set_params(power, Param::MissedBps, 1_100);
            world.send(&[set], &[&governance])
        }),
        row("set_authority", {
            let set = market::set_authority(power, power);
            world.send(&[set], &[&governance])
        }),
    ]
}

fn workers(world: &mut World) -> Vec<Cost> {
    for name in ["carol", "dave", "erin"] {
        world.worker(name, 100_000);
    }
    let provider = world.provider("bob", 100_000);
    let bob = world.actor("bob");
    let owner = bob.pubkey();
    let steps = [
        ("open_worker", market::open_worker(owner)),
        ("sync_worker", market::sync_worker(provider)),
        ("add_collateral", market::add_collateral(owner, 100_000)),
        ("remove_collateral", market::remove_collateral(owner, 1_000)),
    ];
    let costs = steps.map(|(name, step)| row(name, world.send(&[step], &[&bob])));
    // For what is posted from now on the collateral is old enough to be drawn.
    world.advance(1);
    costs.into()
}

/// One task of a batch, posted, run by bob, carol and the liar dave, and paid; another misses its deadline.
fn accepted_job(world: &mut World, costs: &mut Vec<Cost>) -> JobHandle {
    let order = world.order(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let (posting, alice) = (world.posting(order), world.actor("alice"));
    costs.push(row("post_job", world.send(&posting, &[&alice])));
    let job = JobHandle::new(order.requester, order.terms.nonce, order.payment);
    let extension = world.extension(&job, 1, [9; 32]);
    let extend = market::extend_job(&job, extension);
    costs.push(row("extend_job", world.send(&extend, &[&alice])));

    let replicas = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    let last = |results: Vec<Result<Receipt, Failure>>| results.into_iter().last().unwrap();
    let slots = || (0u8..).zip(replicas);
    let claims = slots().map(|(replica, (name, _))| world.claim(name, &job, (0, replica)));
    costs.push(row("claim_task", last(claims.collect())));
    let commits =
        slots().map(|(replica, (name, answer))| world.commit(name, &job, (0, replica), answer));
    costs.push(row("commit_result", last(commits.collect())));
    let reveals =
        slots().map(|(replica, (name, answer))| world.reveal(name, &job, (0, replica), answer));
    costs.push(row("reveal_result", last(reveals.collect())));
    costs.push(row("settle_task", world.settle(&job, 0)));

    world.claim("erin", &job, (1, 0)).unwrap();
    costs.push(row("cancel_job", world.cancel("alice", &job, 2, 1)));
    job
}

fn ending(world: &mut World, job: &JobHandle, costs: &mut Vec<Cost>) {
    costs.push(row("collect", world.collect("bob", job, &[0])));
    world.collect("carol", job, &[1]).unwrap();
    costs.push(row("penalise", world.penalise("dave", job, &[2])));
    world.advance(terms().claim_window + 1);
    costs.push(row("expire_task", world.expire(job, 1)));
    world.penalise("erin", job, &[4]).unwrap();
    costs.push(row("close_job", world.close("alice", job)));

    world.advance(EPOCH_LENGTH - terms().claim_window);
    costs.push(row("tally_work", world.tally("bob", 0)));
    world.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let (worker, anyone) = (world.worker_of("bob"), world.actor("anyone"));
    let close = market::close_work(anyone.pubkey(), 0, shard_of(&worker));
    costs.push(row("close_work", world.send(&[close], &[&anyone])));
}
