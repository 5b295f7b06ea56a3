use crate::{cost, Cost};
use assay_staking::state::Param;
use assay_world::{
    address::staking as at,
    instruction::staking::{self, SlashParties},
    staking::MIN_SELF_STAKE,
    Failure, Instruction, Keypair, Receipt, Signer, World, DAY, DEPLOYER,
};

fn row(name: &'static str, result: Result<Receipt, Failure>) -> Cost {
    cost("staking", name, result)
}

/// Every instruction of the staking program, on one provider's way through its life.
pub fn costs() -> Vec<Cost> {
    let mut world = World::new();
    let mut costs = Vec::new();
    let (mint, destination) = (world.stake_mint(), world.slash_destination());
    let (deployer, config) = (world.actor(DEPLOYER), world.staking_config());
    let [bob, market, governance] = ["bob", "market", "governance"].map(|name| world.actor(name));
    let profile = world.profile("bob");
    let wallet = world.give(&mint, &bob.pubkey(), 100_000);
    let provider = at::provider(&bob.pubkey());
    let parties = SlashParties {
        market_authority: market.pubkey(),
        provider,
        slash_destination: destination,
        harmed: world.wallet(&mint, &governance.pubkey()),
    };
    let now = world.now();

    let (owner, power) = (bob.pubkey(), market.pubkey());
    let steps: Vec<(&'static str, Instruction, Vec<&Keypair>)> = vec![
        (
            "initialize",
            staking::initialize(deployer.pubkey(), mint, destination, config),
            vec![&deployer],
        ),
        (
            "register_provider",
            staking::register_provider(owner, mint, profile),
            vec![&bob],
        ),
        (
            "update_provider",
            staking::update_provider(owner, profile),
            vec![&bob],
        ),
        ("stake", staking::stake(owner, wallet, 100_000), vec![&bob]),
        (
            "allocate",
            staking::allocate(power, owner, 5_000),
            vec![&market, &bob],
        ),
        (
            "deallocate",
            staking::deallocate(power, provider, 1_000),
            vec![&market],
        ),
        (
            "begin_unbond",
            staking::begin_unbond(owner, 0, 10_000),
            vec![&bob],
        ),
        (
            "slash",
            staking::slash(parties, 1_000, 100, now),
            vec![&market],
        ),
        (
            "cancel_unbond",
            staking::cancel_unbond(owner, 0),
            vec![&bob],
        ),
        (
            "set_exposure",
            staking::set_exposure(power, DAY),
            vec![&market],
        ),
        (
            "set_params",
            staking::set_params(governance.pubkey(), Param::MinSelfStake, MIN_SELF_STAKE + 1),
            vec![&governance],
        ),
    ];
    for (name, instruction, signers) in steps {
        costs.push(row(name, world.send(&[instruction], &signers)));
    }
    world.begin_unbond(&bob, 1, 10_000);
    world.advance(30 * DAY);
    let withdraw = staking::withdraw(owner, 1, wallet);
    costs.push(row("withdraw", world.send(&[withdraw], &[&bob])));
    costs
}
