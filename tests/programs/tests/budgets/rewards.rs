use crate::{cost, Cost};
use assay_market::state::RING;
use assay_rewards::state::Param;
use assay_world::{
    address::staking as at, instruction::rewards, market::EPOCH_LENGTH, Failure, Receipt, Signer,
    World, DEPLOYER,
};

fn row(name: &'static str, result: Result<Receipt, Failure>) -> Cost {
    cost("rewards", name, result)
}

/// Every instruction of the rewards program, over an epoch of work and one without.
pub fn costs() -> Vec<Cost> {
    let mut world = World::new();
    world.market_ready();
    let config = world.rewards_config();
    let [deployer, governance, anyone] =
        [DEPLOYER, "governance", "anyone"].map(|name| world.actor(name));
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let mut costs = vec![row("initialize", world.send(&[initialize], &[&deployer]))];
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 7_000);
    costs.push(row("set_params", world.send(&[set], &[&governance])));

    for name in ["bob", "carol"] {
        world.worker(name, 100_000);
        world.earn(name, 10_000);
    }
    let worked = world.end_epoch(&["bob", "carol"]);
    costs.push(row("finalize_epoch", world.finalize(worked)));
    costs.push(row("claim_epoch", world.claim_reward("bob", worked)));
    let idle = world.end_epoch(&[]);
    costs.push(row("skip_epoch", world.skip(idle)));

    world.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let (payer, bob) = (anyone.pubkey(), at::provider(&world.address_of("bob")));
    let close = rewards::close_epoch(payer, worked);
    costs.push(row("close_epoch", world.send(&[close], &[&anyone])));
    let close = rewards::close_claim_record(payer, &bob);
    costs.push(row("close_claim_record", world.send(&[close], &[&anyone])));
    costs
}
