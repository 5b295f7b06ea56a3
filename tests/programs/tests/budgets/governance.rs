use crate::{cost, Cost};
use assay_governance::state::{Param, Proposal, ProposedAction, Side, Target};
use assay_staking::instructions::StakingConfig;
use assay_world::{
    address::{governance as at, market},
    governance::{CONFIG, DEPOSIT, MAX_LOCK, MIN_LOCK},
    instruction::{
        governance::{self, LockTerms},
        market as trading,
    },
    Failure, Receipt, Signer, World, DEPLOYER,
};

fn row(name: &'static str, result: Result<Receipt, Failure>) -> Cost {
    cost("governance", name, result)
}

/// Every instruction of the governance program, on a proposal's way to a parameter of the market.
pub fn costs() -> Vec<Cost> {
    let mut world = World::new();
    let (mint, treasury) = (world.vote_mint(), world.deposit_treasury());
    let (deployer, alice) = (world.actor(DEPLOYER), world.actor("alice"));
    let owner = alice.pubkey();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let mut costs = vec![row("initialize", world.send(&[initialize], &[&deployer]))];
    market_under_governance(&mut world);

    let wallet = world.give(&mint, &owner, 100_000 + DEPOSIT);
    let terms = LockTerms {
        nonce: 0,
        amount: 100_000,
        duration: MIN_LOCK,
    };
    let lock = governance::lock(owner, mint, wallet, terms);
    costs.push(row("lock", world.send(&[lock], &[&alice])));
    let draft = world.draft(&[
        ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400),
        ProposedAction::set_param(
            Target::Market,
            assay_market::state::Param::FeeBps as u8,
            300,
        ),
    ]);
    let propose = governance::propose(owner, 0, mint, wallet, draft);
    costs.push(row("propose", world.send(&[propose], &[&alice])));
    let proposal = at::proposal(0);
    let vote = |side| governance::vote(owner, 0, proposal, side);
    costs.push(row("vote", world.send(&[vote(Side::No)], &[&alice])));
    costs.push(row(
        "vote (changed)",
        world.send(&[vote(Side::Yes)], &[&alice]),
    ));

    let opened: Proposal = world.account(&proposal);
    world.advance_to(opened.executable_at.get());
    let close_vote = governance::close_vote(owner, at::vote(&proposal, &at::lock(&owner, 0)));
    let after = [
        ("execute", governance::execute(proposal)),
        ("close_vote", close_vote),
        (
            "close_proposal",
            governance::close_proposal(owner, proposal, wallet),
        ),
        ("begin_unlock", governance::begin_unlock(owner, 0)),
    ];
    for (name, step) in after {
        costs.push(row(name, world.send(&[step], &[&alice])));
    }
    world.advance(MAX_LOCK);
    let withdraw = governance::withdraw_lock(owner, 0, wallet);
    costs.push(row("withdraw_lock", world.send(&[withdraw], &[&alice])));
    costs
}

fn market_under_governance(world: &mut World) {
    let config = StakingConfig {
        authority: at::authority(),
        market_authority: market::authority(),
        ..world.staking_config()
    };
    world.initialize_staking(config);
    let config = world.market_config();
    world.initialize_market(config);
    let actor = world.actor("governance");
    let hand_over = trading::set_authority(actor.pubkey(), at::authority());
    world
        .send(&[hand_over], &[&actor])
        .expect("the market is handed over");
}
