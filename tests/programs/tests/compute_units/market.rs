use crate::{cost, Cost};
use assay_harness::{
    instruction::market::{self, JobAddresses},
    market::{terms, EPOCH_LENGTH, STAKE_RATE},
    Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::{shard_of, JobTerms, Param, RING};

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("market", name, result)
}

/// Returns the cost of every instruction of the market program, in the order of a job's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mut costs = administration(&mut context);
    costs.extend(workers(&mut context));
    let job = accepted_job(&mut context, &mut costs);
    ending(&mut context, &job, &mut costs);
    costs
}

fn administration(context: &mut TestContext) -> Vec<Cost> {
    context.init_staking_for_market();
    let (deployer, config) = (context.actor(DEPLOYER), context.market_config());
    let (governance, payment) = (context.actor("governance"), context.payment());
    let power = governance.pubkey();
    let initialize = market::initialize(deployer.pubkey(), config);
    let allow = market::allow_mint(power, power, payment.mint, payment.fee_vault, STAKE_RATE);
    vec![
        row("initialize", context.send(&[initialize], &[&deployer])),
        row("allow_mint", context.send(&[allow], &[&governance])),
        row("set_params", {
            let set = market::set_params(power, Param::MissedBps, 1_100);
            context.send(&[set], &[&governance])
        }),
        row("set_authority", {
            let set = market::set_authority(power, power);
            context.send(&[set], &[&governance])
        }),
    ]
}

fn workers(context: &mut TestContext) -> Vec<Cost> {
    for name in ["carol", "dave", "erin"] {
        context.worker(name, 100_000);
    }
    let provider = context.provider("bob", 100_000);
    let bob = context.actor("bob");
    let owner = bob.pubkey();
    let steps = [
        ("open_worker", market::open_worker(owner)),
        ("sync_worker", market::sync_worker(provider)),
        ("add_collateral", market::add_collateral(owner, 100_000)),
        ("remove_collateral", market::remove_collateral(owner, 1_000)),
    ];
    let costs = steps.map(|(name, step)| row(name, context.send(&[step], &[&bob])));
    // Collateral is drawn only for jobs posted later.
    context.advance(1);
    costs.into()
}

/// Posts a job of two tasks. Bob, carol and the liar dave run the first one; the second one misses its deadline.
fn accepted_job(context: &mut TestContext, costs: &mut Vec<Cost>) -> JobAddresses {
    let order = context.post_job_params(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    costs.push(row("post_job", context.send(&posting, &[&alice])));
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let extension = context.extension(&job, 1, [9; 32]);
    let extend = market::extend_job(&job, extension);
    costs.push(row("extend_job", context.send(&extend, &[&alice])));

    let replicas = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    let last = |results: Vec<Result<TransactionResult, TransactionFailure>>| {
        results.into_iter().last().unwrap()
    };
    let seats = || (0u8..).zip(replicas);
    let claims = seats().map(|(replica, (name, _))| context.claim(name, &job, (0, replica)));
    costs.push(row("claim_task", last(claims.collect())));
    let commits =
        seats().map(|(replica, (name, answer))| context.commit(name, &job, (0, replica), answer));
    costs.push(row("commit_result", last(commits.collect())));
    let reveals =
        seats().map(|(replica, (name, answer))| context.reveal(name, &job, (0, replica), answer));
    costs.push(row("reveal_result", last(reveals.collect())));
    costs.push(row("settle_task", context.settle(&job, 0)));

    context.claim("erin", &job, (1, 0)).unwrap();
    costs.push(row("cancel_job", context.cancel("alice", &job, 2, 1)));
    job
}

fn ending(context: &mut TestContext, job: &JobAddresses, costs: &mut Vec<Cost>) {
    costs.push(row("collect_pay", context.collect("bob", job, &[0])));
    context.collect("carol", job, &[1]).unwrap();
    costs.push(row("penalize_worker", context.penalize("dave", job, &[2])));
    context.advance(terms().claim_window + 1);
    costs.push(row("expire_task", context.expire(job, 1)));
    context.penalize("erin", job, &[4]).unwrap();
    costs.push(row("close_job", context.close("alice", job)));

    context.advance(EPOCH_LENGTH - terms().claim_window);
    costs.push(row("tally_work", context.tally("bob", 0)));
    context.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let (worker, anyone) = (context.worker_of("bob"), context.actor("anyone"));
    let close = market::close_work(anyone.pubkey(), 0, shard_of(&worker));
    costs.push(row("close_work", context.send(&[close], &[&anyone])));
}
