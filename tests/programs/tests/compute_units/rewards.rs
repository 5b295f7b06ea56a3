use crate::{cost, Cost};
use assay_harness::{
    instruction::rewards, market::EPOCH_LENGTH, pda::staking as at, Signer, TestContext,
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
    context.init_market();
    let config = context.rewards_config();
    let [deployer, governance, anyone] =
        [DEPLOYER, "governance", "anyone"].map(|name| context.actor(name));
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let mut costs = vec![row("initialize", context.send(&[initialize], &[&deployer]))];
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 7_000);
    costs.push(row("set_params", context.send(&[set], &[&governance])));

    for name in ["bob", "carol"] {
        context.worker(name, 10_000_000);
        context.complete_job(name, 10_000);
    }
    let worked = context.end_epoch(&["bob", "carol"]);
    costs.push(row("finalize_epoch", context.finalize(worked)));
    costs.push(row("claim_epoch", context.claim_reward("bob", worked)));
    let idle = context.end_epoch(&[]);
    costs.push(row("skip_epoch", context.skip(idle)));

    context.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let (payer, bob) = (anyone.pubkey(), at::provider(&context.address_of("bob")));
    let close = rewards::close_epoch(payer, worked);
    costs.push(row("close_epoch", context.send(&[close], &[&anyone])));
    let close = rewards::close_claim_record(payer, &bob);
    costs.push(row(
        "close_claim_record",
        context.send(&[close], &[&anyone]),
    ));
    costs
}
