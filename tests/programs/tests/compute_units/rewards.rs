use crate::{cost, Cost};
use assay_harness::{
    instruction::rewards, keypairs::provider_of, market::EPOCH_LENGTH, Signer, TestContext,
    TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::RING;
use assay_rewards::state::Param;

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("rewards", name, result)
}

/// Returns the cost of every instruction of the rewards program, over an epoch with work and one without.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let config = context.rewards_config();
    let [deployer, governance, anyone] =
        [DEPLOYER, "governance", "anyone"].map(|name| context.actor(name));
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let mut costs = vec![row("initialize", context.send(&[initialize], &[&deployer]))];
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 7_000);
    costs.push(row("set_params", context.send(&[set], &[&governance])));

    context.init_market();
    for name in ["bob", "carol"] {
        context.worker(name, 10_000_000);
        context.complete_job(name, 10_000);
    }
    let worked = context.end_epoch(&["bob", "carol"]);
    costs.push(row("finalize_epoch", context.finalize(worked)));
    let (payer, bob) = (anyone.pubkey(), provider_of("bob"));
    let open = rewards::open_claim_record(payer, &bob);
    costs.push(row("open_claim_record", context.send(&[open], &[&anyone])));
    costs.push(row("claim_epochs (1)", context.claim_reward("bob", worked)));
    let idle = context.end_epoch(&[]);
    costs.push(row("skip_epoch", context.skip(idle)));

    context.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let close = rewards::close_epoch(payer, worked);
    costs.push(row("close_epoch", context.send(&[close], &[&anyone])));
    let close = rewards::close_claim_record(payer, &bob);
    costs.push(row(
        "close_claim_record",
        context.send(&[close], &[&anyone]),
    ));
    costs.push(row("version", context.crank(rewards::version())));
    costs.push(row("claim_epochs (8)", eight_epochs()));
    costs
}

/// Claims eight epochs at once.
fn eight_epochs() -> Result<TransactionResult, TransactionFailure> {
    let mut context = TestContext::new();
    context.init_rewards_with_halving(100);
    context.worker("bob", 10_000_000);
    for expected in 0..8 {
        context.complete_job("bob", 10_000);
        assert_eq!(context.end_epoch(&["bob"]), expected);
        context.finalize(expected)?;
    }
    let anyone = context.actor("anyone");
    let open = rewards::open_claim_record(anyone.pubkey(), &provider_of("bob"));
    context.send(&[open], &[&anyone])?;
    let epochs: Vec<u64> = (0..8).collect();
    context.claim_rewards_of("bob", &epochs)
}
